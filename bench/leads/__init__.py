"""What the reading of facts and the dialogue manager are worth: precision and recall, and the time they take."""

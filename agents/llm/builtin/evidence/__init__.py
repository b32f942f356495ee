"""What speaks for a passage as the answer, and what against it."""

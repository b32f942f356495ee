"""What staff set of the inbox in the admin."""

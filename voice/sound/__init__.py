"""Sound files, samples and rates."""

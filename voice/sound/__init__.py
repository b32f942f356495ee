"""Sound itself: files, samples and rates."""

"""Messages that are spoken into a button: taken in, and answered aloud."""

"""What is asked, read from a question and from what was said before it."""

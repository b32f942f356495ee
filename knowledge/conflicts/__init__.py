"""Finds what two documents say twice, and what they say differently: the same thing with two values."""

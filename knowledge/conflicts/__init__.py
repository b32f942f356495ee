"""Finds passages that two documents repeat, and things for which they give different values."""

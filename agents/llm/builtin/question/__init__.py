"""Reads what a message asks, from its words and the messages before it."""

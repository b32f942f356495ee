"""Turns written text into the words that a voice says."""

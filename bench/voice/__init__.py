"""Measures spoken turns on the real server: the wait for the first sound, what is understood, the memory it takes."""

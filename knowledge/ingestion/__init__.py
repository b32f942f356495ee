"""Reads the text out of a file. adding.py makes a document of it."""

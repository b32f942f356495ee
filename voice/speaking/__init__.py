"""Speaks an answer while it is written."""

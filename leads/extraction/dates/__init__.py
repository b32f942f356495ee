"""Dates, as visitors write and say them, and which question one answers."""

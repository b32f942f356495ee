"""Stores, serves and sweeps recordings and spoken answers."""

"""Reads facts out of what a visitor said. Pure functions: no database, no network, no clock of their own."""

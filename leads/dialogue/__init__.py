"""Decides what an agent asks for next. Pure functions: the same rows give the same state and the same guidance."""

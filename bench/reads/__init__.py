"""Measures what reading through the API costs, and whether it costs the same beside 10 and beside 100,000 messages."""

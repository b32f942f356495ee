"""Text to speech: one protocol, one module for each provider, and `chain.py`, which asks them in turn."""

"""Text to speech: one protocol, a provider a module, and the chain of them in `chain.py`."""

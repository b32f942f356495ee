"""Speech to text: one protocol, one module for each provider, and the chain of them in `chain.py`."""

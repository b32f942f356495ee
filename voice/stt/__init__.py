"""Speech to text: one protocol, a provider a module, and the chain of them in `chain.py`."""

"""The names of the visitor and of their company."""

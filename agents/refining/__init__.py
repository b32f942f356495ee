"""Prompts that a model proposes and staff publish."""

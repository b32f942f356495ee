"""The frames of a live conversation, its refusals and its close codes."""

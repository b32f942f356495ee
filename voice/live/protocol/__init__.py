"""The frames of a live conversation, and why it is refused or closed."""

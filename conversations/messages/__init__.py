"""Messages as plain data: what happened to them, and how they are read."""

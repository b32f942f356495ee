"""The inbox in the admin: its settings, and what the first page shows of it."""

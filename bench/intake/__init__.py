"""How long files take from upload to searchable, and how much memory."""

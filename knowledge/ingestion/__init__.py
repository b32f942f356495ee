"""How a file or a text becomes a document."""

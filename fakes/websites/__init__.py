"""Web sites of others: read for knowledge, or with an agent embedded in them."""

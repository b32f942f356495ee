"""The admin's pages for an agent's documents, websites and conflicts."""

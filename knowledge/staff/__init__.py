"""The pages of the admin on which staff keep an agent's documents."""

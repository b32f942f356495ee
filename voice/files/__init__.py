"""Sound that is kept: stored, served, swept away."""

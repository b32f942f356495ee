"""The pages of the admin on which staff write cases and read how an agent did."""

"""The pages of the admin on which staff write agents, prompts and the landing page."""

"""The pages of the admin on which staff read conversations."""

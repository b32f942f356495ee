"""The voice settings on an agent's page in the admin."""

"""Where Django looks for the pages of the admin: they are in `agents/staff`."""

from agents.staff import agent_pages, landing_pages  # noqa: F401

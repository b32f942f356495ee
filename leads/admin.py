"""Where Django looks for the pages of the admin: they are in `leads/staff`."""

from leads.staff import agent_questions, lead_pages  # noqa: F401

"""Where Django looks for the pages of the admin: they are in `conversations/staff`."""

from conversations.staff import session_pages  # noqa: F401

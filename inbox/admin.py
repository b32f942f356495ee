"""Where Django looks for the pages of the admin: they are in `inbox/staff`."""

from inbox.staff import settings  # noqa: F401

"""Where Django looks for the pages of the admin: they are in `knowledge/staff`."""

from knowledge.staff import document_pages  # noqa: F401

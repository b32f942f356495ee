"""Where Django looks for the pages of the admin: they are in `knowledge/staff`."""

from knowledge.staff import conflict_pages, document_pages, website_pages  # noqa: F401

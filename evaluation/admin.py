"""Where Django looks for the pages of the admin: they are in `evaluation/staff`."""

from evaluation.staff import case_pages, evaluation_pages, gap_pages  # noqa: F401

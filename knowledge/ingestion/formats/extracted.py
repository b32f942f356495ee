"""What is read out of a file, and why nothing could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "damaged", "empty", "glyphs", "large", "letters", "locked", "long", "misnamed", "old", "pictures", "unknown"
]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The title a file gives itself, "" where it has none, and its text as Markdown with headings and tables.

    Where there are pages, each begins with a line of its own that `page_mark` writes.
    """

    title: str
    text: str


class FileRefused(Exception):
    """A file that cannot be read; the words for staff are in `ingestion/refusals.py`."""

    def __init__(self, cause: Cause):
        super().__init__(cause)
        self.cause: Cause = cause


def page_mark(number: int) -> str:
    """A comment of HTML: nobody is shown it, and the splitter counts by it."""
    return f"<!-- page {number} -->"

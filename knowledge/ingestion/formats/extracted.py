"""The text that was read out of a file, or why none could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "damaged", "empty", "glyphs", "large", "letters", "locked", "long", "misnamed", "old", "pictures", "unknown"
]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The file's own title ("" without one), and its text as Markdown with headings and tables.

    If it has pages, each begins with a line made by `page_mark`.
    """

    title: str
    text: str


class FileRefused(Exception):
    """A file that cannot be read; the words for staff are in `ingestion/refusals.py`."""

    def __init__(self, cause: Cause):
        super().__init__(cause)
        self.cause: Cause = cause


def page_mark(number: int) -> str:
    """An HTML comment, which is not shown to anybody; the splitter takes page numbers from it."""
    return f"<!-- page {number} -->"

"""RTF, by striprtf, which keeps words and cells of tables, but no headings."""

from __future__ import annotations

import re

from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.tables import pairs, table

_BULLET = re.compile(r"^[•◦▪·\uf0b7]\s*")


def read_rtf(data: bytes) -> Extracted:
    """Its paragraphs and tables; the first row of a table names its columns."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")
    except (ValueError, IndexError, KeyError, LookupError, AttributeError, RecursionError):
        raise FileRefused("damaged") from None
    blocks: list[str] = []
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        line = " ".join(line.split())
        if line.endswith("|") and line.count("|") > 1:
            rows.append([cell.strip() for cell in line[:-1].split("|")])
            continue
        if rows:
            blocks.append(_table(rows))
            rows = []
        if line:
            blocks.append(_BULLET.sub("- ", line))
    return Extracted("", _with_lists("\n\n".join(blocks)))


def _table(rows: list[list[str]]) -> str:
    return table(rows[0], rows[1:]) if len(rows) > 1 and max(map(len, rows)) > 1 else pairs(rows)


def _with_lists(text: str) -> str:
    """Join consecutive items into one list."""
    return re.sub(r"(?m)(^- .*)\n\n(?=- )", r"\1\n", text)

"""Values separated by commas, semicolons, tabs or bars: one table, read like a sheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.plain import decoded
from knowledge.ingestion.formats.spreadsheets.sheets import MAX_COLUMNS, sheet_text

MARKS = ",;\t|"
LOOKED_AT = 200  # lines; enough to tell what separates
ALIKE = 0.9  # of the rows have the usual number of cells; titles and notes have fewer
SURE_ROWS = 3  # two lines with a comma each are prose more often than a table


def read_csv(data: bytes) -> Extracted:
    """The rows with the names of their columns."""
    text = decoded(data)[0]
    mark = mark_of(text)
    if not mark:  # one column, or prose that is called CSV
        return Extracted("", text)
    csv.field_size_limit(10_000_000)
    try:
        rows = [[" ".join(cell.split()) for cell in row[:MAX_COLUMNS]] for row in _reader(text, mark)]
    except csv.Error:
        raise FileRefused("damaged") from None
    return Extracted("", sheet_text(rows))


def mark_of(text: str) -> str:
    """The separator of a table in plain text; "" if it is no table."""
    head = text[: LOOKED_AT * 1000]
    best, best_width = "", 1
    for mark in MARKS:
        try:
            widths = [len(row) for row, _ in zip(_reader(head, mark), range(LOOKED_AT), strict=False) if row]
        except csv.Error:
            continue
        if len(widths) < 2:
            continue
        usual, count = Counter(widths).most_common(1)[0]
        most = max(widths[-1], usual)
        if usual > best_width and usual <= most and count >= len(widths) * ALIKE:
            best, best_width = mark, usual
    return best


def is_table(text: str) -> bool:
    """Whether a text is certainly a table, although its name does not say so, and neither prose nor Markdown."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:LOOKED_AT]
    if len(lines) < SURE_ROWS or lines[0].lstrip().startswith(("#", "|", "-", "*", "<", "+++")):
        return False
    mark = mark_of(text)
    if mark == "|" and any(line.lstrip().startswith("|") for line in lines):
        return False
    rows = list(_reader("\n".join(lines), mark)) if mark else []
    # In prose a comma is followed by a space.
    return bool(rows) and not (mark == "," and sum(", " in line for line in lines) > len(lines) * 0.3)


def _reader(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)

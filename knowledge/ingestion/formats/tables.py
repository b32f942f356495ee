"""Turns rows of cells into Markdown tables, in which each row keeps its column names."""

from __future__ import annotations

from collections.abc import Sequence

MAX_CELL_CHARS = 4_000  # a longer one is a page that somebody put into a cell


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; rows that are shorter than the header are filled up."""
    width = max(len(header), *(len(row) for row in rows)) if rows else len(header)
    lines = [line([*header, *[""] * (width - len(header))]), line(["---"] * width)]
    lines += [line([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join(lines)


def line(cells: Sequence[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(cell_text, cells))} |"


def cell_text(text: str) -> str:
    """A cell's text on one line, without characters that would end the cell."""
    return " ".join(text.split())[:MAX_CELL_CHARS].replace("|", "\\|")


def joined_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join header rows into one: "Price" above "new" and "used" gives "Price new" and "Price used"."""
    width = max(map(len, rows), default=0)
    columns = ([row[at] for row in rows if at < len(row) and row[at]] for at in range(width))
    return [" ".join(dict.fromkeys(names)) for names in columns]


def pairs(rows: Sequence[Sequence[str]]) -> str:
    """A table of two columns that has no header: each row as "name: what is said of it"."""
    return "\n".join(f"- {': '.join(filter(None, map(_flat, row)))}" for row in rows if any(row))


def _flat(text: str) -> str:
    return " ".join(text.split())

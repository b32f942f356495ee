"""Turns chosen sentences, items and rows into the Markdown of a quote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.llm.builtin.evidence.features import stems_of
from agents.llm.builtin.question.asks import wanted_kinds
from language.blocks import Table, Unit

MAX_TABLE_ROWS = 12  # of a table that is put together from several passages


def escaped(text: str) -> str:
    """Escapes a text for Markdown."""
    return re.sub(r"([*_`\[\]\\])", r"\\\1", text)


def rendered(
    found: Sequence[Unit],
    chosen: Sequence[int],
    passage_tables: Sequence[Table],
    whole: Sequence[Table] = (),
    asked: str = "",
) -> str:
    """The chosen units as Markdown: paragraphs, lists and tables.

    If all rows of a table are chosen, a small table is taken from `whole`. If its members are columns, only those that
    `asked` names are shown.
    """
    parts: list[str] = []
    by_block: dict[int, list[Unit]] = {}
    for at in chosen:
        by_block.setdefault(found[at].block, []).append(found[at])
    for block, group in by_block.items():
        kind = group[0].kind
        if kind == "row":
            table = next(table for table in passage_tables if table.block == block)
            rows = tuple(unit.cells for unit in group)
            all_rows = next((other.rows for other in whole if other.block == block), table.rows)
            if table.header[0] and len(rows) == len(table.rows) and len(all_rows) <= MAX_TABLE_ROWS:
                rows = all_rows
            parts.append(of_columns(table, rows, asked) or rows_markdown(table, rows))
        elif kind in ("item", "code"):
            parts.append("\n".join(unit.source for unit in group))
        else:
            parts.append(" ".join(unit.source for unit in group))
    return "\n\n".join(parts)


def rows_markdown(table: Table, rows: Sequence[tuple[str, ...]]) -> str:
    """One row becomes a list item "**First** – Column: value", several become a table."""
    if len(rows) == 1 or len(table.header) < 2:
        return "\n".join(_row_item(table, row) for row in rows)
    lines = [table.header, tuple("---" for _ in table.header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def of_columns(table: Table, rows: Sequence[tuple[str, ...]], asked: str) -> str:
    """If columns are things ("Solo", "Team") and the question names some of them: each of these as a list item with its
    cells. Else ""."""
    places = columns_named(table, asked)
    if not places:
        return ""
    if any(at < len(row) and row[at].strip().casefold() in _NOTHING for row in rows for at in places):
        return ""  # "not in this one" means little without the columns that have it
    lines = []
    for at in places:
        pairs = [f"{row[0]}: {row[at]}" if row[0] else row[at] for row in rows if at < len(row) and row[at]]
        if pairs:
            lines.append(f"- **{escaped(table.header[at])}** – {'; '.join(pairs)}")
    return "\n".join(lines)


_NOTHING = ("-", "–", "—", "no", "none", "✗", "✘", "x")


_COUNTED = re.compile(r"\b\d+ ([a-z]{3,})")
_GLOSS = re.compile(r"\s*\([^()]*\)")  # "Stanway (branch)"
_SIDE_BY_SIDE = re.compile(r"\b(?:differences?|with (?:and|or) without)\b", re.IGNORECASE)


def columns_named(table: Table, asked: str) -> list[int]:
    """The places of columns whose name the question says, without brackets and words that all columns share.

    Empty if the question asks how they differ.
    """
    if _SIDE_BY_SIDE.search(asked):
        return []
    own = [stems_of(_GLOSS.sub("", name) or name) for name in table.header]
    shared = frozenset.intersection(*own[1:]) if len(own) > 2 else frozenset()
    held = stems_of(asked)
    counted = stems_of(" ".join(_COUNTED.findall(asked)))  # "22 panels" selects a row, not a column
    named_at = [at for at in range(1, len(own)) if own[at] - shared <= held and not own[at] - shared <= counted]
    announced = any(wanted_kinds(table.header[at]) for at in named_at)  # "Price" is not a thing
    return [] if announced or len(named_at) == len(own) - 1 else named_at


def _row_item(table: Table, row: tuple[str, ...]) -> str:
    pairs = [
        f"{table.header[at]}: {cell}" if at < len(table.header) and table.header[at] else cell
        for at, cell in enumerate(row)
        if at and cell
    ]
    return f"- **{escaped(row[0])}** – {'; '.join(pairs)}" if row[0] and pairs else f"- {row[0] or '; '.join(pairs)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

"""Puts tables together that the splitter has spread over several passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.llm.request import Passage
from language.blocks import Table, tables


def same_section(one: Passage, other: Passage) -> bool:
    return one.document_id == other.document_id and one.heading == other.heading


def whole_tables(at: int, passages: Sequence[Passage]) -> Iterator[Table]:
    """Yields the tables that begin in this passage, with their rows in other passages."""
    for table in tables(passages[at].text):
        rows = list(table.rows)
        for other, passage in enumerate(passages):
            if other == at or not same_section(passages[at], passage):
                continue
            for more in tables(passage.text):
                if more.header == table.header:
                    rows.extend(row for row in more.rows if row not in rows)
        yield Table(table.header, tuple(rows), table.block)

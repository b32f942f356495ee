"""Answers what one thing costs from a table of prices that names it: "how much is the Brook 90?"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.llm.builtin.evidence.kin import name_stems
from agents.llm.builtin.question.asks import GENERIC_NOUNS, is_idle, is_special, noun
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.builtin.shapes.comparable import EXTRA
from agents.llm.builtin.shapes.rendering import columns_named, escaped
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table
from language.measures import first
from language.words import stem, synonyms

_PRICE = synonyms(stem("price")) | {stem("price"), stem("much")}


def priced(question: AskedQuestion, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """The prices of the one table member that the question names; None if it asks anything else."""
    if question.wants != {"money"}:
        return None
    told = [word for word in question.own if noun(word) not in GENERIC_NOUNS and not is_idle(word)]
    named = frozenset(stem(word) for word in told) - _PRICE
    if not named:
        return None
    for at, passage in enumerate(passages):
        for table in whole_tables(at, passages):
            name, prices = next(_prices_of(named, table, question.text), ("", []))
            if prices and not is_special(f"{passage.heading} {' '.join(prices)}", question.last):
                return f"- **{escaped(name)}** – {'; '.join(prices)}", (at,)
    return None


def is_price(label: str, cells: Sequence[str]) -> bool:
    """Whether a row or column has prices: nearly all its cells are money (one may say "custom"), and it is not an extra
    such as a deposit."""
    held = [cell for cell in cells if cell]
    money = [cell for cell in held if first(cell, "money")]
    return len(money) >= 2 and len(money) >= len(held) - 1 and not name_stems(label) & EXTRA


def _prices_of(named: frozenset[str], table: Table, asked: str) -> Iterator[tuple[str, list[str]]]:
    """Yields each member with this name, a column or a row, and "label: price" of its prices. If something was `asked`
    for before ("and for a week?"), only those that match it."""
    said = name_stems(asked)
    for column, name in enumerate(table.header[1:], 1):
        rows = [row for row in table.rows if column < len(row) and is_price(row[0], row[1:])]
        if name_stems(name) == named and rows:
            rows = [row for row in rows if name_stems(row[0]) <= said] or rows
            yield name, [_labelled(row[0], row[column]) for row in rows]
    for row in table.rows:
        if name_stems(row[0]) != named:
            continue
        columns = [
            at for at in range(1, len(row)) if is_price(table.header[at], [_cell(each, at) for each in table.rows])
        ]
        if columns:
            before = columns_named(table, asked)
            columns = [at for at in columns if at in before] or columns
            yield row[0], [_labelled(table.header[at], row[at]) for at in columns]


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _labelled(label: str, cell: str) -> str:
    return f"{label}: {cell}" if label else cell

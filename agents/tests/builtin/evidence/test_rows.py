"""A number in the question picks the row of a table."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.rows import picked_by_number
from agents.llm.builtin.evidence.weighing import Scored
from agents.llm.builtin.shapes.rendering import columns_named
from language.blocks import tables, units

ROOFS = """| System | Panels | Price |
| --- | --- | --- |
| Hill | 16 | $20,400 |
| Peak | 22 | $26,800 |
| Ridge | 30 | $34,900 |
"""
REFUNDS = """| When you cancel | You get back |
| --- | --- |
| More than 7 days before | 100% |
| 7 days to 48 hours before | 75% |
| 48 to 2 hours before | 40% |
| Less than 2 hours before | nothing |
"""
MOVES = """| Home | Usual price | With packing |
| --- | --- | --- |
| Two bedrooms | £640 | £880 |
| Three bedrooms | £930 | £1,270 |
"""


def picked(question: str, table: str) -> list[str]:
    scored = [Scored(0, at, unit) for at, unit in enumerate(units(table))]
    return [found.unit.cells[-1] for found in picked_by_number(question, scored)]


@pytest.mark.parametrize(
    ("question", "answers"),
    [("what does a roof with 22 panels cost", ["$26,800"]), ("what do 23 panels cost", []), ("what does it cost", [])],
)
def test_the_row_with_so_many_of_the_things_comes_first(question: str, answers: list[str]) -> None:
    assert picked(question, ROOFS) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("and if I cancel the day before?", ["40%"]),
        ("what do I get back ten days before", ["100%"]),
        ("if I cancel 3 days before", ["75%"]),
        ("if I cancel an hour before", ["nothing"]),
        ("do I get anything back", []),
    ],
)
def test_the_row_in_whose_span_a_time_lies_comes_first(question: str, answers: list[str]) -> None:
    assert picked(question, REFUNDS) == answers


def test_a_counted_thing_asks_for_no_column() -> None:
    assert columns_named(tables(ROOFS)[0], "what does a roof with 22 panels cost") == []


def test_who_asks_for_the_difference_gets_both_columns() -> None:
    assert columns_named(tables(MOVES)[0], "the price with packing") == [2]
    assert columns_named(tables(MOVES)[0], "the difference with and without packing") == []

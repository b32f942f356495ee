"""Dates by what is under way then, and what only looks like a date or a question."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

EVENT = (QuestionData("date", "Date of the event", "When is your event?", Kind.DATE),)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("We're relocating to Leeds on the thirtieth of July", "2027-07-30"),
        ("i could do from the 5th of jan onwards", "2027-01-05"),
        ("the day after tomorrow if you can", "2026-11-27"),
        ("We switch over the Christmas break, so it must be ready on Jan 4th", "2027-01-04"),
        ("Ideally over the summer while the kitchen is rebuilt", "2027-06-01/2027-08-31"),
    ],
)
def test_what_is_under_way_then_is_planned(text: str, start: str) -> None:
    assert values(text).get("start") == start


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("When the new office opens, 1st April.", "2027-04-01"),
        ("as soon as humanly possible", "2026-11-25"),
        ("two weeks today", "2026-12-09"),
        ("this coming Saturday", "2026-11-28"),
        ("next Saturday", "2026-12-05"),
        ("When can you deliver in April", None),
    ],
)
def test_an_answer_says_when(text: str, start: str | None) -> None:
    assert values(text, "start").get("start") == start


def test_who_is_asked_for_a_day_may_ask_whether_it_is_free() -> None:
    found = read("Do you have anything free in May?", EVENT, asked="date", at=AT)

    assert [each.value for each in found] == ["2027-05"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("from the 10th to the 14th of May", "2027-05-10/2027-05-14"),
        ("6th or 7th of March", "2027-03-06/2027-03-07"),
        ("Monday 14th", "2026-12-14"),
        ("Saturday the 12th", "2026-12-12"),
        ("Saturday, 19 June", "2027-06-19"),
    ],
)
def test_days_are_read_with_the_month_or_weekday_beside_them(text: str, start: str) -> None:
    assert values(text, "start").get("start") == start

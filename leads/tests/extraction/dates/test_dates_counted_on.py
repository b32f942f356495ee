"""Dates that are counted on from others, holidays, and days that the visitor asks for."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

LANGUAGES = ("en", "de", "fr", "es")
VISIT = (QuestionData("visit", "First visit", "When would you like to come for the first time?", Kind.DATE),)
EVENT = (QuestionData("date", "Date of the event", "When is your event?", Kind.DATE),)


def read_date(text: str, questions: tuple[QuestionData, ...], asked: str = "") -> str | None:
    found = read(text, questions, asked=asked, at=AT, country="GB", languages=LANGUAGES)
    return next((each.value for each in found if each.kind is Kind.DATE), None)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Tuesday week", "2026-12-08"),
        ("a week on Saturday", "2026-12-05"),
        ("a week tomorrow", "2026-12-03"),
        ("a fortnight on Monday", "2026-12-14"),
        ("in a fortnight's time", "2026-12-09"),
        ("within a fortnight", "2026-11-25/2026-12-09"),
        ("the weekend after next", "2026-12-12/2026-12-13"),
        ("übernächste Woche", "2026-12-07/2026-12-13"),
        ("half a year from now", "2027-05"),
        ("the 9th of next month", "2026-12-09"),
        ("the third Sunday in April", "2027-04-18"),
        ("last Monday of June 2027", "2027-06-28"),
        ("second weekend in March", "2027-03-13/2027-03-14"),
        ("the first week of February", "2027-02-01/2027-02-07"),
        ("by year end", "2026-12-31"),
        ("New Year's Eve", "2026-12-31"),
        ("Boxing Day", "2026-12-26"),
        ("Easter Monday", "2027-03-29"),
        ("Karfreitag", "2027-03-26"),
        ("an Heiligabend", "2026-12-24"),
        ("à la Saint-Valentin", "2027-02-14"),
        ("en Nochevieja", "2026-12-31"),
        ("as soon as you can", "2026-11-25"),
        ("ab sofort", "2026-11-25"),
        ("some time in the new year", None),
    ],
)
def test_a_day_is_told_by_another(text: str, when: str | None) -> None:
    assert read_date(text, EVENT, "date") == when


@pytest.mark.parametrize(
    ("text", "questions", "when"),
    [
        ("a New Year's Eve party for 90 people", EVENT, "2026-12-31"),
        ("it's on Valentine's Day", EVENT, "2027-02-14"),
        ("we'd like to celebrate by 18/12", EVENT, "2026-12-18"),
        ("My predecessor wanted it in March, we'd like 2 June", EVENT, "2027-06-02"),
        ("March won't work, we need it in May", EVENT, "2027-05"),
        ("the May bank holiday menu", EVENT, None),
        ("about 1/2 of them are vegan", EVENT, None),
        ("may I come tomorrow?", VISIT, "2026-11-26"),
        ("I could drop in tonight", VISIT, "2026-11-25"),
        ("are you open tomorrow?", VISIT, None),
        ("can I get a call back tomorrow?", VISIT, None),
    ],
)
def test_a_plan_is_told_from_what_is_not_planned(
    text: str, questions: tuple[QuestionData, ...], when: str | None
) -> None:
    assert read_date(text, questions) == when

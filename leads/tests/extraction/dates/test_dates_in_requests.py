"""Dates in what a visitor asks to have done, in short notes, as calendar weeks, and with weekdays at both ends."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, known, values

CLEANING = (QuestionData("start", "Start", "When should we begin?", Kind.DATE),)
SOLAR = (QuestionData("install", "Installation", "When should the panels be installed?", Kind.DATE),)
GYM = (QuestionData("visit", "First visit", "When would you like to come for the first time?", Kind.DATE),)


def date_of(text: str, questions: tuple[QuestionData, ...]) -> str | None:
    return next((each.value for each in read(text, questions, at=AT, country="GB")), None)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Could you do my flat once a month from the 5th?", "2026-12-05"),
        ("Can you come on Monday?", "2026-11-30"),
        ("Would you please start in January?", "2027-01"),
        ("Can you call me on Monday?", None),
        ("Do you clean on Sundays?", None),
        ("Can you do 24/7 support?", None),
        ("Could you tell me whether you are open on Monday?", None),
    ],
)
def test_who_asks_for_the_work_says_when(text: str, start: str | None) -> None:
    assert date_of(text, CLEANING) == start


@pytest.mark.parametrize(
    ("text", "install"),
    [
        ("panels up within six weeks please", "2026-11-25/2027-01-06"),
        ("the panels by March", "2027-03"),
        ("panel prices fall in March", None),
        ("The panels of my neighbour came in May", None),
        ("Great to have them on the roof by the summer holidays, so before the end of June.", "2027-06-30"),
        ("The tariff of our old supplier runs out on 28 February so we want them by then.", "2027-02-28"),
        ("The tariff of our old supplier runs out on 28 February.", None),
    ],
)
def test_a_thing_of_the_question_and_a_date_are_a_plan(text: str, install: str | None) -> None:
    assert date_of(text, SOLAR) == install


@pytest.mark.parametrize("text", ["Could I pop in on Saturday for a first look?", "May I drop by on Saturday?"])
def test_other_words_for_coming_are_understood(text: str) -> None:
    assert date_of(text, GYM) == "2026-11-28"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("from Friday 16 to Sunday 18 April", "2027-04-16/2027-04-18"),
        ("Mon 14 - Thu 17 December", "2026-12-14/2026-12-17"),
        ("calendar week 3 of 2027", "2027-01-18/2027-01-24"),
        ("KW 51", "2026-12-14/2026-12-20"),
        ("KW 2", "2027-01-11/2027-01-17"),
        ("three days before Christmas", "2026-12-22"),
        ("two weeks after Easter", "2027-04-11"),
    ],
)
def test_days_and_weeks_are_read_as_in_a_calendar(text: str, start: str) -> None:
    assert values(text, "start", languages=("en", "de"))["start"] == start


@pytest.mark.parametrize("text", ["actually can we push that to april", "Could you move it to April?"])
def test_a_date_may_be_changed_in_a_question(text: str) -> None:
    stored = known(start=(Kind.DATE, "2027-03", 2))

    assert values(text, "machine", known=stored) == {"start": "2027-04"}


def test_what_another_told_to_ask_for_is_the_visitors() -> None:
    assert values("Mr Patel from your Leeds branch said to ask you for a machine for 30 people") == {"people": "30"}


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("I move to Madrid on 1 March, so I'd want to start right away.", "2026-11-25"),
        ("5 now and 5 more in January", None),
    ],
)
def test_of_two_dates_the_one_counts_that_is_asked_about(text: str, start: str | None) -> None:
    assert values(text, "people").get("start") == start

"""Dates as other writers put them: asked as a free day, moved, wished with an "if"; and words that plan nothing."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, known, values

LANGUAGES = ("en", "de", "fr", "es")
EVENT = (QuestionData("date", "Date of the event", "When is your event?", Kind.DATE),)


def day_of_event(text: str, asked: str = "") -> str:
    found = read(text, EVENT, asked=asked, at=AT, country="GB", languages=LANGUAGES)
    return "".join(each.value for each in found if each.kind is Kind.DATE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Do you have anything available on 14 May?", "2027-05-14"),
        ("Is the garden room free for the 3rd of July?", "2027-07-03"),
        ("we'll celebrate my dad's 70th on 9 January", "2027-01-09"),
        ("It would be lovely if we could hold it on 6 March", "2027-03-06"),
        ("Are you open on 5 December?", ""),
        ("is there parking available on Sunday", ""),
        ("is the hall available on Tuesday for a viewing?", ""),
        ("we can't say anything about it right now", ""),
    ],
)
def test_the_day_of_an_event_is_asked_for_or_told(text: str, day: str) -> None:
    assert day_of_event(text) == day


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("avant la fin du mois de mars", "2027-03-31"),
        ("antes de Navidad", "2026-12-25"),
        ("Ende des Monats Mai", "2027-05-31"),
        ("by the end of the month of May", "2027-05-31"),
        ("thrid of february", "2027-02-03"),
        ("we moved it from May to July", "2027-07"),
        ("from May to July", "2027-05-01/2027-07-31"),
    ],
)
def test_a_date_is_the_answer_in_many_words(text: str, start: str) -> None:
    assert values(text, "start", languages=LANGUAGES).get("start") == start


def test_forty_of_us_maybe_by_march_tells_both() -> None:
    assert values("forty of us, mabye by march") == {"people": "40", "start": "2027-03"}
    assert "start" not in values("not now, maybe in spring")


def test_a_date_that_had_to_be_moved_is_replaced() -> None:
    before = known(start=(Kind.DATE, "2027-02", 2))

    assert values("We have had to postpone it: it is now in April", known=before)["start"] == "2027-04"


@pytest.mark.parametrize(
    "text", ["We're not ready to share a budget yet", "I'm reluctant to give a figure", "not able to say, sorry"]
)
def test_those_who_cannot_say_decline(text: str) -> None:
    found = read(text, (*EVENT, QuestionData("budget", "Budget", "What is your budget?", Kind.MONEY)), asked="budget",
                 at=AT, country="GB")  # fmt: skip

    assert {each.key: each.is_declined for each in found} == {"budget": True}


def test_a_season_is_no_name() -> None:
    assert values("im Frühjahr", "start", languages=LANGUAGES) == {"start": "2027-03-01/2027-05-31"}


def test_a_phone_that_nobody_answers_is_not_declined() -> None:
    phone = QuestionData("phone", "Phone", "On which number can we reach you?", Kind.PHONE)

    assert read("I'm not able to answer the phone", (phone,), at=AT, country="GB") == ()

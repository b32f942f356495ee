"""Counts of people that are told one by one, in parts, as a limit, or beside a count of others."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

LANGUAGES = ("en", "de", "fr", "es")
HOME = (QuestionData("household", "People in the household", "How many people live in your home?", Kind.NUMBER),)
SEATS = (QuestionData("seats", "Users", "How many users would need access?", Kind.NUMBER),)
GUESTS = (QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER),)
VANS = (QuestionData("vans", "Vans", "How many vans do you need?", Kind.NUMBER),)


def counted(text: str, questions: tuple[QuestionData, ...], asked: str = "") -> str | None:
    found = read(text, questions, asked=asked, at=AT, country="GB", languages=LANGUAGES)
    return next((each.value for each in found), None)


@pytest.mark.parametrize(
    ("text", "household"),
    [
        ("me and my dad", "2"),
        ("My girlfriend and I", "2"),
        ("me, my husband and three kids", "5"),
        ("3 adults and 1 child", "4"),
        ("two grown-ups, one toddler", "3"),
        ("me plus four", "5"),
        ("the three of us and a flatmate", "4"),
        ("my parents and me", "3"),
        ("us two", "2"),
        ("I live on my own", "1"),
        ("me and my dog", "1"),
        ("meine Frau, ich und zwei Kinder", "4"),
        ("wir sind zu fünft", "5"),
        ("mon mari et moi", "2"),
        ("mi mujer y yo", "2"),
        ("me and the kids", None),
        ("if my mum and my dad moved in", None),
    ],
)
def test_parts_of_a_household_are_added(text: str, household: str | None) -> None:
    assert counted(text, HOME, "household") == household


def test_who_lives_alone_says_so_unasked() -> None:
    assert counted("I live alone in a small house", HOME) == "1"
    assert values("I live alone in a small house").get("people") is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("fifteen, perhaps sixteen", "15-16"),
        ("20, or 25 on Mondays", "20-25"),
        ("north of 90", "90-"),
        ("no fewer than twelve", "12-"),
        ("in excess of 200", "200-"),
        ("a couple of dozen", "24"),
        ("a couple", "2"),
        ("nous sommes une quinzaine", "15"),
        ("seven (7) people", "7"),
    ],
)
def test_counts_and_limits_are_read_in_other_words(text: str, people: str) -> None:
    assert values(text, "people", languages=LANGUAGES).get("people") == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Of our 80 employees 50 drink coffee", "50"),
        ("There are 25 of us but only 18 would drink it", "18"),
        ("60 staff, 40 of them coffee drinkers", "40"),
        ("does the small one cope with 30 people?", None),
        ("One more colleague", None),
    ],
)
def test_those_who_take_part_are_counted(text: str, people: str | None) -> None:
    assert values(text).get("people") == people


@pytest.mark.parametrize(
    ("text", "questions", "count"),
    [
        ("logins for 40", SEATS, "40"),
        ("12 nurses would need access", SEATS, "12"),
        ("it would be used by 25 people", SEATS, "25"),
        ("their free plan allows 5 users", SEATS, None),
        ("we're expecting between 60 and 80", GUESTS, "60-80"),
        ("about 45 will come", GUESTS, "45"),
        ("we have 6 vans and need 3 more", VANS, "3"),
        ("our vans are old, we need five of them", VANS, "5"),
        ("a couple of vans", VANS, "2"),
        ("a single van", VANS, "1"),
        ("one van for each driver", VANS, None),
    ],
)
def test_what_is_needed_is_told_from_what_there_is(
    text: str, questions: tuple[QuestionData, ...], count: str | None
) -> None:
    assert counted(text, questions) == count

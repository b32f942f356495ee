"""Counts and sums as other writers put them; and numbers that belong to something else."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, known, values

LANGUAGES = ("en", "de", "fr", "es")
VENUE = (
    QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER),
    QuestionData("rooms", "Rooms", "How many rooms do you need?", Kind.NUMBER),
)
SEATS = (QuestionData("seats", "Users", "How many users would need access?", Kind.NUMBER),)


def counted(text: str, questions: tuple[QuestionData, ...], asked: str = "") -> dict[str, str]:
    found = read(text, questions, asked=asked, at=AT, country="GB", languages=LANGUAGES)
    return {each.key: each.value for each in found if each.kind is Kind.NUMBER}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("can you do a price for a team of 12?", "12"),
        ("is one machine enough for an office of 30", "30"),
        ("me and nine colleagues, ten of us in all", "10"),
        ("we started with 10 and we're now 25", "25"),
        ("nous sommes une trentaine", "30"),
        ("somos una veintena de personas", "20"),
        ("It would be great if you could do it for 40 people", "40"),
        ("me and 4 colleagues", None),
        ("The price list page says 30 people", None),
        ("What if we were 40 people?", None),
    ],
)
def test_people_are_counted_in_a_sentence(text: str, people: str | None) -> None:
    assert values(text, languages=LANGUAGES).get("people") == people


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we're hoping to bring 25 kids", {"guests": "25"}),
        ("party for 12 children", {"guests": "12"}),
        ("we need two halls", {"rooms": "2"}),
        ("necesitamos tres salas", {"rooms": "3"}),
        ("were planning dinner for 60 guests", {"guests": "60"}),
        ("we have two kids", {}),
        ("are 2 children free?", {}),
        ("60 guests were here last time", {}),
    ],
)
def test_guests_and_rooms_are_counted_in_other_words(text: str, found: dict[str, str]) -> None:
    assert counted(text, VENUE) == found


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("there are six of us who would log in", "6"),
        ("only four of us will need access", "4"),
        ("The Starter plan is limited to 5 users", None),
        ("there are six of us at lunch", None),
        ("there are six of us who need a reset link", None),
    ],
)
def test_users_are_those_who_log_in(text: str, seats: str | None) -> None:
    assert counted(text, SEATS).get("seats") == seats


def test_a_no_before_a_number_corrects_it_and_is_no_abbreviation() -> None:
    before = known(people=(Kind.NUMBER, "30", 2))

    assert values("no 45 not 30", known=before)["people"] == "45"
    assert "people" not in values("machine no 45", known=before)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("max. 900 €", "-900 EUR"),
        ("500 euros a moth", "500 EUR / month"),
        ("I suppose about 2k", "2000"),
        ("my manager says he'll go up to 900 pounds", "-900 GBP"),
        ("we could stretch to £60 a week?", "60 GBP / week"),
        ("suppose we had 900 pounds", None),
    ],
)
def test_a_sum_answers_the_question_in_their_way(text: str, budget: str | None) -> None:
    assert values(text, "budget").get("budget") == budget


def test_the_address_of_somebody_else_is_not_theirs() -> None:
    assert "email" not in values("The florist's address is hello@ferns.example, ask her")
    assert values("The company's address is hello@ferns.example")["email"] == "hello@ferns.example"

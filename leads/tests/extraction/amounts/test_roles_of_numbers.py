"""What a number does in its sentence: the predicate of what is counted, a sum, a second number; and other things."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

SEATS = (QuestionData("seats", "Users", "How many users would need access?", Kind.NUMBER),)
LEARNERS = (QuestionData("learners", "Learners", "How many learners will take part?", Kind.NUMBER),)
GUESTS = (QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER),)


def counted(text: str, questions: tuple[QuestionData, ...], asked: str = "") -> str:
    return "".join(each.value for each in read(text, questions, asked=asked, at=AT, country="GB"))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("The number of coffee drinkers on this floor has settled at around 45.", "45"),
        ("Staff numbers have grown to 61.", "61"),
        ("we had 30 people before the merger, now it's 55", "55"),
        ("The canteen seats 60, but it's more like 35 who turn up", "35"),
        ("three vets, nine nurses and 4 on reception, so 16 in total", "16"),
        ("The delivery costs 12 in total", None),
        ("The machine is 16 years old and our people hate it", None),
        ("I'm 52 and I like coffee", None),
        ("It's only 3 who never drink coffee", None),
    ],
)
def test_a_number_may_be_the_predicate_of_what_is_counted(text: str, people: str | None) -> None:
    assert values(text).get("people") == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("20 on the ground floor and another 15 upstairs", "35"),
        ("rarely fewer than 25, never more than 40", "25-40"),
        ("Family of 4, the youngest is 16", "4"),
        ("20 of us and another office in Leeds", "20"),
    ],
)
def test_two_numbers_of_an_answer_are_reckoned_together(text: str, people: str) -> None:
    assert values(text, "people")["people"] == people


@pytest.mark.parametrize(
    ("text", "questions", "wanted"),
    [
        ("all told there'd be fifty people logging in", SEATS, "50"),
        ("there are 6 in marketing that'd use it", SEATS, "6"),
        ("We are 240 employees, some 65 colleagues would work with the new one", SEATS, "65"),
        ("My two daughters want to learn Spanish", LEARNERS, "2"),
        ("We want to send eighteen of our nurses", LEARNERS, "18"),
        ("I've a group of between 6 and 8 who'd want to join", LEARNERS, "6-8"),
        ("My two daughters live in Spain", LEARNERS, ""),
        ("there are 6 in marketing", SEATS, ""),
    ],
)
def test_people_are_counted_by_what_they_will_do(text: str, questions: tuple[QuestionData, ...], wanted: str) -> None:
    assert counted(text, questions) == wanted


def test_tables_of_eight_are_as_many_guests() -> None:
    assert counted("12 tables of eight", GUESTS, "guests") == "96"


@pytest.mark.parametrize(
    ("text", "asked", "people"),
    [
        ("12 engineers", "people", "12"),
        ("20 plus me", "people", "20"),
        ("there are 200+ of us", "", "200-"),
        ("we employ 44", "", "44"),
        ("we've 35 in the office", "", "35"),
        ("we've 35 in the warehouse shop window", "", None),
        ("12 cups", "people", None),
        ("12 engineers", "", None),
    ],
)
def test_a_short_answer_counts_what_was_asked_for(text: str, asked: str, people: str | None) -> None:
    assert values(text, asked).get("people") == people

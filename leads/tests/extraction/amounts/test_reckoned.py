"""Counts that several numbers make together, and numbers that count something for each."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

SEATS = QuestionData("seats", "Users", "How many users would need access?", Kind.NUMBER)
GUESTS = QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER)
ROOMS = QuestionData("rooms", "Rooms", "How many rooms do you need?", Kind.NUMBER)
VANS = QuestionData("vans", "Vans", "How many vans do you need?", Kind.NUMBER)
DRIVERS = QuestionData("drivers", "Drivers", "How many drivers will use them?", Kind.NUMBER)
PEOPLE = QuestionData("people", "People who drink coffee", "How many people drink coffee in your office?", Kind.NUMBER)


def counted(text: str, *questions: QuestionData, asked: str = "") -> dict[str, str]:
    return {each.key: each.value for each in read(text, questions, asked=asked, at=AT, country="GB")}


@pytest.mark.parametrize(
    ("text", "question", "total"),
    [
        ("We need 6 licences for design and 9 for sales.", SEATS, "15"),
        ("6 licences for design, 2 for law and 9 for sales", SEATS, "17"),
        ("three admins and twenty agents need a login", SEATS, "23"),
        ("we expect 40 adults plus 12 children", GUESTS, "52"),
        ("ten doubles, two suites and four singles", ROOMS, "16"),
        ("we're 20 in Leeds and 15 in York", PEOPLE, "35"),
        ("60 guests, 20 adults and 40 kids", GUESTS, "60"),
        ("40 guests and 12 tables", GUESTS, "40"),
        ("6 licences for design at 9 am", SEATS, "6"),
    ],
)
def test_parts_are_added_where_they_count_the_same(text: str, question: QuestionData, total: str) -> None:
    assert counted(text, question)[question.key] == total


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4 vans with one driver each", {"vans": "4", "drivers": "4"}),
        ("each van has two drivers and there are 4 vans", {"vans": "4", "drivers": "8"}),
        ("2 drivers per van, 4 vans", {"vans": "4", "drivers": "8"}),
        ("each van has two drivers", {}),
        ("one driver apiece", {}),
    ],
)
def test_what_is_told_of_each_is_no_count_of_all(text: str, said: dict[str, str]) -> None:
    assert {key: value for key, value in counted(text, VANS, DRIVERS).items() if value != "1"} == said


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("none", "rooms", {"rooms": "0"}),
        ("none needed", "rooms", {"rooms": "0"}),
        ("We'd pick up the vans on Jan 15th, two of 'em", "", {"vans": "2"}),
        ("Two of our vans broke down, so we need two replacements.", "", {"vans": "2"}),
        ("one van more than I said", "", {}),
        ("On top of our 8 vans we'd like to get 3 more.", "", {"vans": "3"}),
        ("one for each of our 5 fitters", "vans", {}),
        ("We'd hire half a dozen vans", "", {"vans": "6"}),
    ],
)
def test_things_are_counted_without_their_name(text: str, asked: str, said: dict[str, str]) -> None:
    assert counted(text, ROOMS, VANS, asked=asked) == said


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("There are 55 of us but only thirty or so are in and drink coffee.", "30"),
        ("we're 40, though only 25 would drink coffee", "25"),
        ("it's just me and my wife plus her mum", "3"),
        ("just me, my brother and the two girls in accounts", "4"),
        ("me, my wife and the twins", "4"),
        ("my two flatmates and me", "3"),
        ("only myself for the time being", "1"),
        ("mum, dad, me", "3"),
        ("we'd need a machine for thirty barristers", "30"),
    ],
)
def test_people_are_counted_by_their_part(text: str, people: str) -> None:
    assert counted(text, PEOPLE, asked="people") == {"people": people}


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("headcount 130, of which 90 work at a screen and would use it", "90"),
        ("Everyone in accounts would use it, so seven people.", "7"),
        ("we may hire 30 people", None),
    ],
)
def test_users_are_the_part_that_uses_it(text: str, seats: str | None) -> None:
    assert counted(text, SEATS).get("seats") == seats


@pytest.mark.parametrize(
    ("text", "learners"),
    [
        ("Total 35 students will be attending.", "35"),
        ("two of my friends train with you and love it", None),
        ("two of my colleagues will attend", "2"),
    ],
)
def test_who_takes_part_is_counted_and_who_is_a_customer_is_not(text: str, learners: str | None) -> None:
    question = QuestionData("learners", "Learners", "How many learners will take part?", Kind.NUMBER)

    assert counted(text, question).get("learners") == learners

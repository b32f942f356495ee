"""The visitor's own words as the answer to a question for text."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values


def test_a_text_is_the_answer_to_its_question_alone() -> None:
    assert values("An old Jura. What does yours cost?", asked="today") == {"today": "An old Jura"}
    assert values("An old Jura") == {}
    assert values("thanks!", asked="today") == {}


@pytest.mark.parametrize("text", ["my boss makes it in a French press", "it varies, mostly a Krups"])
def test_an_answer_in_words_that_speaks_of_others_is_none_the_less_one(text: str) -> None:
    assert values(text, "today") == {"today": text}


def test_an_answer_ends_where_another_question_is_answered() -> None:
    assert values("a big French press. We're 12 people by the way.", "today") == {
        "today": "a big French press", "people": "12",
    }  # fmt: skip


EVENT = (
    QuestionData("occasion", "Occasion", "What is the occasion?", Kind.TEXT),
    QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER),
    QuestionData("date", "Date", "Which day do you have in mind?", Kind.DATE),
    QuestionData(
        "catering", "Catering", "Would you like us to cater?", Kind.CHOICE, choices=("Buffet", "Dinner", "No catering")
    ),
)


def of_event(text: str, asked: str = "") -> dict[str, str]:
    found = read(text, EVENT, asked=asked, at=AT, country="GB", languages=("en", "de", "fr"))
    return {each.key: each.value for each in found}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("30th of may next year", {"date": "2027-05-30"}),
        ("June", {"date": "2027-06"}),
        ("buffet pls", {"catering": "Buffet"}),
        ("80 people", {"guests": "80"}),
        ("twelve of us", {"guests": "12"}),
        ("we'd be 80 on the 30th of May", {"guests": "80", "date": "2027-05-30"}),
        ("it's on 3 June 2027 for 40 guests please", {"guests": "40", "date": "2027-06-03"}),
    ],
)
def test_what_only_answers_other_questions_is_no_answer_in_words(text: str, told: dict[str, str]) -> None:
    assert of_event(text, "occasion") == told


@pytest.mark.parametrize("text", ["a dinner for our partners", "my mum turns 60", "a hen do for 12", "a party of 80"])
def test_an_answer_in_words_may_hold_what_answers_other_questions(text: str) -> None:
    assert of_event(text, "occasion")["occasion"] == text


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("hi were getting married, there'll be around 70 of us, how much is the hall", "were getting married"),
        ("how much is the hall for our wedding?", "wedding"),
        ("We want a venue for my sister's wedding in May", "wedding"),
        ("my mum turns 60, about four dozen people, got room?", "my mum turns 60"),
        ("it's our office christmas party", "office christmas party"),
        ("our 25th anniversary is in june", "anniversary"),
        ("need space for a conference of 80", "conference"),
        ("we're planning a baby shower for 20", "baby shower"),
        ("family reunion, 40 people", "reunion"),
        ("stag party of 14", "stag party"),
        ("Hochzeit mit 80 Gästen", "Hochzeit"),
        ("Nous cherchons une salle pour notre mariage", "mariage"),
    ],
)
def test_an_occasion_is_known_before_an_open_question_asks_for_it(text: str, occasion: str) -> None:
    assert of_event(text).get("occasion") == occasion


@pytest.mark.parametrize(
    "text",
    [
        "do you do weddings?",
        "we had our wedding at yours last year",
        "it's not a wedding",
        "I'm a wedding planner",
        "Does the birthday package include drinks?",
        "is there parking for wedding guests?",
    ],
)
def test_an_occasion_that_nobody_plans_is_none(text: str) -> None:
    assert "occasion" not in of_event(text)


def test_only_a_question_about_what_is_planned_is_answered_by_an_occasion() -> None:
    assert "today" not in values("how much is the machine for our wedding?")

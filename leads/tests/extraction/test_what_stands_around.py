"""What the words around a fact tell of it: a question behind a comma, the past at the sentence's head, other facts."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

GUESTS = QuestionData("guests", "Guests", "How many guests do you expect?", Kind.NUMBER)
DAY = QuestionData("day", "Day", "When is your event?", Kind.DATE)
BUDGET = QuestionData("budget", "Budget", "Do you have a budget in mind?", Kind.MONEY)
SALE = (GUESTS, DAY, BUDGET)


def told(text: str) -> dict[str, str]:
    return {each.key: each.value for each in read(text, SALE, at=AT, country="GB")}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("We'd be 40 guests on 11 December, do you have space for us?", {"guests": "40", "day": "2026-12-11"}),
        ("80 guests on 5 June, what would you charge for that?", {"guests": "80", "day": "2027-06-05"}),
        ("we will be 30 guests and have 900 EUR, is there anything for us?", {"guests": "30", "budget": "900 EUR"}),
    ],
)
def test_a_statement_before_a_question_is_one(text: str, facts: dict[str, str]) -> None:
    assert told(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "The hall seats 120 guests, can it take more than that?",
        "Your page says 500 EUR, is that right for the evening?",
        "You open on Monday, will somebody be there?",
        "If we were 40 guests, what would you charge for that?",
        "It's free for 30 guests, isn't it?",
    ],
)
def test_what_is_told_of_the_offer_belongs_to_the_question(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "We were at a party at yours last summer, 120 guests, it was wonderful.",
        "Our last caterer charged us 900 euros, for 60 guests.",
    ],
)
def test_the_past_goes_on_behind_a_comma(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("dinner do 11 dec 40 guests", "2026-12-11"),
        ("our works do on 19 December with some 20 guests", "2026-12-19"),
        ("20 guests, and our audit is on 12 December", ""),
        ("20 guests, I'll know more on Friday", ""),
        ("we have 20 guests right now", ""),
    ],
)
def test_a_date_beside_a_count_is_planned_unless_another_thing_happens_then(text: str, day: str) -> None:
    assert told(text).get("day", "") == day

"""Choices that nobody asked for, by names that no rule knows: when they are the visitor's, and when only named."""

from __future__ import annotations

import numpy as np
import pytest

from bench.leads.choices import left_out, places
from leads.extraction.choices.evidence import LEAST
from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

BOAT = QuestionData("boat", "Boat", "Which boat would you like?", Kind.CHOICE, choices=("Kayak", "Dinghy", "Team raft"))
STAY = QuestionData("stay", "Board", "What do you want to eat?", Kind.CHOICE, choices=("Breakfast", "Half board"))
PADDLERS = QuestionData("people", "People", "How many people are you?", Kind.NUMBER)
INSURANCE = QuestionData("insurance", "Insurance", "Do you need insurance?", Kind.CHOICE, choices=("Yes", "No"))
SALE = (BOAT, STAY, PADDLERS, INSURANCE)


def told(text: str, asked: str = "") -> dict[str, str]:
    return {each.key: each.value for each in read(text, SALE, asked=asked, at=AT, country="GB")}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("we are 6 people, kayak if you have one", {"people": "6", "boat": "Kayak"}),
        ("There's four of us and it'd be breakfast only", {"people": "4", "stay": "Breakfast"}),
        ("Could be a dinghy, with breakfast", {"boat": "Dinghy", "stay": "Breakfast"}),
        ("half board please", {"stay": "Half board"}),
        ("we thought of kayaks for 8 people", {"people": "8", "boat": "Kayak"}),
        ("I'd love a dinghy", {"boat": "Dinghy"}),
        ("a kayak would be perfect", {"boat": "Kayak"}),
    ],
)
def test_a_name_beside_other_facts_or_a_wish_is_chosen(text: str, facts: dict[str, str]) -> None:
    assert told(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "Is breakfast included?",
        "My brother has a kayak",
        "We had breakfast at yours last year",
        "The kayak rack is rusty",
        "I lost my phone at breakfast",
        "we are not looking for a dinghy",
        "Do you repair kayaks?",
        "your dinghy leaks",
        "if we took a kayak, where would we park?",
    ],
)
def test_a_name_alone_is_not(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize(
    ("text", "insurance"),
    [
        ("insurance is a must for us", "Yes"),
        ("We are needing insurance as well.", "Yes"),
        ("insurance would be essential", "Yes"),
        ("we will not need insurance", "No"),
        ("insurance we don't need", "No"),
        ("I need to know about insurance", ""),
        ("we need help with our insurance", ""),
        ("what insurance do I need?", ""),
    ],
)
def test_a_need_is_told_before_or_behind_what_is_needed(text: str, insurance: str) -> None:
    assert told(text).get("insurance", "") == insurance


def test_the_words_of_a_choice_stand_in_the_message() -> None:
    (boat,) = (each for each in read("6 of us, Kayaks please", SALE, at=AT, country="GB") if each.key == "boat")

    assert (boat.words, boat.value) == ("Kayaks", "Kayak")


def test_a_word_that_only_begins_alike_is_no_choice() -> None:
    plan = QuestionData("plan", "Plan", "Which plan?", Kind.CHOICE, choices=("Starter", "Large"))

    found = read("40 people, starting in April, largely students", (plan, PADDLERS), at=AT, country="GB")

    assert [each.key for each in found] == ["people"]


@pytest.mark.slow
def test_the_weights_hold_for_questions_that_they_were_not_fitted_to() -> None:
    found = list(places())
    facts = np.array([float(each.is_fact) for each in found])

    sure = left_out(np.array([each.evidence for each in found]), facts, [each.question for each in found]) > LEAST

    assert facts[sure].mean() >= 0.97
    assert facts[sure].sum() / facts.sum() >= 0.93

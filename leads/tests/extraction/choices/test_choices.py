"""Choices as answers, and as the visitor names them unasked."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("bean to cup", "Bean to cup"),
        ("the bean-to-cup one", "Bean to cup"),
        ("capsule", "Capsules"),
        ("not capsules, filter", "Filter"),
        ("the second one", "Filter"),
    ],
)
def test_a_choice_is_written_as_the_question_writes_it(text: str, machine: str) -> None:
    assert values(text, asked="machine")["machine"] == machine


@pytest.mark.parametrize("text", ["filter or capsules", "which one is cheaper?", "no capsules"])
def test_an_open_choice_is_no_fact(text: str) -> None:
    assert "machine" not in values(text, asked="machine")


def test_a_choice_is_read_unasked_only_when_unmistakable() -> None:
    assert values("we would like a bean to cup machine")["machine"] == "Bean to cup"
    assert values("the filter of our old machine is broken") == {}


@pytest.mark.parametrize(("text", "invoice"), [("yes please", "Yes"), ("nope", "No"), ("Yeah, sure", "Yes")])
def test_yes_and_no_are_choices(text: str, invoice: str) -> None:
    assert values(text, asked="invoice") == {"invoice": invoice}


@pytest.mark.parametrize("text", ["I live on my own", "Once the builders are out", "we're a family of four"])
def test_the_word_of_a_choice_in_another_sense_is_none(text: str) -> None:
    often = QuestionData("often", "How often", "How often?", Kind.CHOICE, choices=("Weekly", "Once"))
    home = QuestionData("home", "Home", "Do you own it or rent it?", Kind.CHOICE, choices=("Own", "Rent"))
    plan = QuestionData("plan", "Membership", "Which membership?", Kind.CHOICE, choices=("Basic", "Family"))

    assert read(text, (often, home, plan), at=AT) == ()

"""Choices, answers in words, corrections and declines."""

from __future__ import annotations

import pytest

from leads.terms import Kind
from leads.tests.extraction.sale import facts, known, values


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


def test_a_text_is_the_answer_to_its_question_alone() -> None:
    assert values("An old Jura. What does yours cost?", asked="today") == {"today": "An old Jura"}
    assert values("An old Jura") == {}
    assert values("thanks!", asked="today") == {}


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("sorry, 14 not 40", "people", "14"),
        ("14 instead of 40", "people", "14"),
        ("actually make it 20", "people", "20"),
        ("no, Tuesday", "start", "2026-12-01"),
        ("I meant 6000 euros", "budget", "6000 EUR"),
        ("No wait, we are 45", "people", "45"),
    ],
)
def test_a_correction_replaces_what_is_known(text: str, key: str, value: str) -> None:
    stored = known(
        budget=(Kind.MONEY, "5000 EUR", 3), start=(Kind.DATE, "2026-11-30", 5), people=(Kind.NUMBER, "40", 7)
    )

    assert [(each.key, each.value, each.is_correction) for each in facts(text, known=stored)] == [(key, value, True)]


def test_a_value_that_is_taken_back_names_its_fact_whatever_was_asked() -> None:
    stored = known(people=(Kind.NUMBER, "40", 3))

    assert values("sorry, 14 not 40", asked="budget", known=stored) == {"people": "14"}


def test_the_last_of_two_values_in_one_message_counts() -> None:
    assert values("We are 30 people, no wait, 35 people") == {"people": "35"}
    assert values("40, sorry, 45", asked="people") == {"people": "45"}


@pytest.mark.parametrize("text", ["not 40", "40 is wrong"])
def test_a_denied_value_is_never_a_fact(text: str) -> None:
    assert values(text, asked="people", known=known(people=(Kind.NUMBER, "40", 3))) == {}


@pytest.mark.parametrize(
    "text",
    [
        "I'd rather not say",
        "none of your business",
        "skip",
        "no budget yet",
        "I don't know yet",
        "not sure",
        "no",
        "tbd",
    ],
)
def test_a_question_is_declined(text: str) -> None:
    (fact,) = facts(text, asked="budget")

    assert (fact.key, fact.value, fact.is_declined) == ("budget", "", True)


@pytest.mark.parametrize("text", ["I don't know what you mean", "not sure, maybe 5k", "why?"])
def test_an_answer_or_a_question_declines_nothing(text: str) -> None:
    assert not any(each.is_declined for each in facts(text, asked="budget"))


def test_of_two_values_that_nothing_takes_back_the_first_counts() -> None:
    assert values("hmm 5000 maybe 6000", asked="budget") == {"budget": "5000"}


@pytest.mark.parametrize("text", ["I don't have one yet", "we'll see", "that's a secret"])
def test_a_lack_declines_the_question(text: str) -> None:
    assert [each.is_declined for each in facts(text, asked="start")] == [True]


def test_nothing_is_declined_that_was_not_asked() -> None:
    assert facts("skip") == ()
    assert facts("I don't know") == ()

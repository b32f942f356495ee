"""What visitors take back, and which of two values counts."""

from __future__ import annotations

import pytest

from leads.terms import Kind
from leads.tests.extraction.sale import facts, known, values


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


def test_of_two_values_that_nothing_takes_back_the_first_counts() -> None:
    assert values("hmm 5000 maybe 6000", asked="budget") == {"budget": "5000"}


@pytest.mark.parametrize("text", ["not 40", "40 is wrong"])
def test_a_denied_value_is_never_a_fact(text: str) -> None:
    assert values(text, asked="people", known=known(people=(Kind.NUMBER, "40", 3))) == {}


@pytest.mark.parametrize(
    ("text", "stored", "corrected"),
    [
        ("one more joined so 16", {"people": (Kind.NUMBER, "15", 1)}, {"people": "16"}),
        ("it has gone up to 22", {"people": (Kind.NUMBER, "15", 1)}, {"people": "22"}),
        ("up to 7k now", {"budget": (Kind.MONEY, "5000", 1)}, {"budget": "-7000"}),
        ("we changed our minds: beans rather than filter", {"machine": (Kind.CHOICE, "Filter", 1)},
         {"machine": "Bean to cup"}),
    ],
)  # fmt: skip
def test_what_was_said_is_replaced(
    text: str, stored: dict[str, tuple[Kind, str, int]], corrected: dict[str, str]
) -> None:
    assert values(text, known=known(**stored)) == corrected

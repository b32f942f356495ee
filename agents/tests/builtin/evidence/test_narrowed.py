"""For whom, where, whose, how many and which measure: what narrows a question has to be spoken of."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.doubts import is_of_other_family
from agents.llm.builtin.evidence.narrowed import (
    is_for_others,
    is_price_elsewhere,
    only_counts_them,
    opens_elsewhere,
    other_measure,
)
from language.blocks import units


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("is there a discount for students", "Gold members get 10 percent off classes.", True),
        ("do you have a student discount?", "Members get 10 percent off.", True),
        ("is there a student discount", "Students get 10 percent off.", False),
        ("any veterans discount", "From 5 kilograms a year you get 15 %.", True),
        ("what is the price for children", "Child (5 to 11): £6.00", False),
        ("do you have something for families", "Two adults and a baby share the family room.", False),
        ("how do I apply for a refund", "Write to us within 14 days.", False),
    ],
)
def test_what_is_asked_for_some_people_is_not_answered_for_others(question: str, text: str, is_other: bool) -> None:
    assert is_for_others(question, text) is is_other


@pytest.mark.parametrize(
    ("question", "quoted", "is_other"),
    [
        ("how much is parking at the library", "Visit us Street parking is free on Maple Avenue.", True),
        ("how much is parking at the library", "The library Parking costs $2 an hour.", False),
        ("what does lunch cost in the café", "Café Soup of the day: £5", False),
        ("is there parking at the library", "Street parking is free on Maple Avenue.", False),
        ("how much is a coffee at the most", "A coffee is £3.", False),
    ],
)
def test_a_price_is_that_of_the_place_asked_for(question: str, quoted: str, is_other: bool) -> None:
    assert is_price_elsewhere(question, quoted) is is_other


@pytest.mark.parametrize(
    ("question", "is_other"),
    [
        ("when does the library close", True),
        ("is the swimming pool open on sundays", True),
        ("when does the shop open", False),
        ("when does the bakery open", False),
        ("are you open on sundays", False),
    ],
)
def test_opening_times_are_those_of_the_place_asked_for(question: str, is_other: bool) -> None:
    assert opens_elsewhere(question, "Bakery When we are open Tuesday to Friday: 6:30 am to 4 pm") is is_other


@pytest.mark.parametrize(
    ("question", "text", "only_counts"),
    [
        ("which 12 drinks are on the menu", "Drinks on the menu: 12", True),
        ("what three colours are there", "It comes in three colours.", True),
        ("what three colours are there", "It comes in black, sage and rust.", False),
        ("which drinks are on the menu", "Drinks on the menu: 12", False),
        ("what 3 documents do I need", "- your passport", False),
    ],
)
def test_which_so_many_asks_for_what_they_are(question: str, text: str, only_counts: bool) -> None:
    assert only_counts_them(question, units(text)[0]) is only_counts


@pytest.mark.parametrize(
    ("question", "quoted", "is_other"),
    [
        ("what about its height", "Width – Brook 90: 13.4 in", True),
        ("how tall is it", "Width 40 cm, depth 30 cm", True),
        ("how wide is it", "Width – Brook 90: 13.4 in", False),
        ("how much does it weigh", "Weight: 14 kg; Height: 40 cm", False),
        ("how wide is it", "It is 40 x 30 cm.", False),
        ("how wide and how high is it", "Width 40 cm", False),
    ],
)
def test_a_width_is_no_height(question: str, quoted: str, is_other: bool) -> None:
    assert other_measure(question, quoted) is is_other


def test_what_is_compared_bears_the_name_that_was_asked_for() -> None:
    machines = "Brook machines: Brook 300 – Time for one espresso: 22 seconds"

    assert is_of_other_family("which region gets beans the fastest", machines)
    assert not is_of_other_family("which machine is the fastest", machines)
    assert not is_of_other_family("which plan is the cheapest", "Solo – €5")  # plans need not be called so
    assert not is_of_other_family("which one is the fastest", machines)

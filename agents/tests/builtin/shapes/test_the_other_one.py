"""After a question about one of a family, "and the bigger one?" asks the same of the next of its kin."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltAnswer, answer
from agents.llm.request import ChatRequest, Passage, PastMessage

ROOMS = """| Room | Guests | Half day | Whole day |
| --- | --- | --- | --- |
| Lamp Room | 25 guests | £85 | £150 |
| Engine Hall | 180 guests | £420 | £750 |
| Pattern Loft | 60 guests | £160 | £280 |"""
BOATS = "- **Wren** £40 a day\n- **Heron** £75 a day"


def said(table: str, heading: str, *messages: str) -> BuiltAnswer:
    turns: list[PastMessage] = []
    for message in messages:
        turns.append(PastMessage("user", message))
        found = answer(ChatRequest("Ada", "", tuple(turns), (Passage("p", "page.md", heading, table),)))
        turns.append(PastMessage("assistant", found.text))
    return found


@pytest.mark.parametrize(
    ("first", "then", "price", "others"),
    [
        ("How much is the Lamp Room for a whole day?", "and the bigger one?", "£280", "£150"),
        ("How much is the Pattern Loft for a whole day?", "and the larger room?", "£750", "£280"),
        ("How much is the Engine Hall for half a day?", "what about the smaller one", "£160", "£420"),
        ("How much is the Engine Hall for half a day?", "and the cheaper one?", "£160", "£420"),
    ],
)
def test_the_next_in_that_direction_is_meant(first: str, then: str, price: str, others: str) -> None:
    found = said(ROOMS, "Rooms", first, then)

    assert price in found.text
    assert others not in found.text


def test_the_other_of_two_is_meant() -> None:
    found = said(BOATS, "Boats", "how much is the Wren a day?", "and the other one?")

    assert "£75" in found.text


def test_the_largest_has_no_larger_one_and_its_price_is_not_said_again_for_sure() -> None:
    found = said(ROOMS, "Rooms", "How much is the Engine Hall for a whole day?", "and the bigger one?")

    assert found.band != "quote"


def test_which_of_three_the_other_is_nobody_can_say() -> None:
    found = said(ROOMS, "Rooms", "How much is the Lamp Room for a whole day?", "and the other one?")

    assert not (found.band == "quote" and "£280" in found.text and "£750" not in found.text)


def test_a_rate_that_a_question_names_is_no_thing_with_a_larger_one() -> None:
    table = "| Rate | Price |\n| --- | --- |\n| Day | £20 |\n| Week | £60 |"

    found = said(table, "Heater hire", "what does the heater cost for a day?", "and the bigger one?")

    assert not (found.band == "quote" and "£60" in found.text)

"""A visitor who takes something is told what that leads to; one who still asks gets an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.llm.builtin import answer, search_query
from agents.llm.builtin.question.decisions import QUERY, decides
from agents.llm.request import ChatRequest, Passage, PastMessage, Promise

BOOKING = Passage(
    "b", "Booking", "Booking › How to book", "1. Tell us the date.\n2. You pay a deposit of 25 % and the date is yours."
)
TENT = Passage("t", "Tents", "Tents › Stretch tent", "The stretch tent costs £1,450 from Friday to Monday.")
CONTACT = Passage("c", "Contact", "Contact", "Call 020 555 0143 or write to hello@tents.example.")


def asked(*messages: str, passages: tuple[Passage, ...] = (BOOKING, TENT)) -> ChatRequest:
    history = tuple(PastMessage("user", message) for message in messages)
    return ChatRequest("Ada", "", history, passages, reach=(CONTACT,))


@pytest.mark.parametrize(
    "message",
    [
        "We'd take two then", "ok we'd take the sailcloth one then", "two of them then please", "ok 40 of those",
        "ok sounds good, book me in", "actually make it 220 chairs", "I'll go with the Ridge", "let's go ahead",
        "I'd like to order 3 bags of flour", "we want to book the barn", "ok 60 of the cross-backs",
        "I'll take the cross-back one", "k we take the stretch one",
    ],
)  # fmt: skip
def test_who_takes_something_has_decided(message: str) -> None:
    assert decides(message)


@pytest.mark.parametrize(
    "message",
    [
        "I'll take a look", "do you take cards", "can I order two", "how do I book", "we would take the bus",
        "I'd take that as a no", "if I take two is it cheaper", "we have 40 guests", "I want to book but not now",
        "I'd like to buy a bike", "two people", "40", "I will take it back", "what would you take",
    ],
)  # fmt: skip
def test_who_asks_or_thinks_has_not(message: str) -> None:
    assert not decides(message)


def test_how_to_book_is_searched_and_said() -> None:
    request = asked("what does the stretch tent cost", "We'd take it then")

    found = answer(request)

    assert search_query(request.history) == QUERY
    assert found.text.startswith("I cannot take an order or a booking myself.")
    assert "020 555 0143" in found.text
    assert "You pay a deposit of 25 %" in found.text
    assert found.cited == (0,)


def test_where_no_page_says_how_to_order_the_way_to_people_is_left() -> None:
    found = answer(asked("We'd take two then", passages=(TENT,)))

    assert "£1,450" not in found.text
    assert "020 555 0143" in found.text


def test_the_steps_are_said_once() -> None:
    first = asked("We'd take two then")
    history = (*first.history, PastMessage("assistant", answer(first).text), PastMessage("user", "make it three"))

    assert "deposit" not in answer(replace(first, history=history)).text


def test_contact_details_in_the_same_message_are_confirmed_and_not_asked_for() -> None:
    found = answer(replace(asked("We'd take two then, jo@example.com"), promise=Promise()))

    assert found.text.startswith("Saved for the team: jo@example.com.")
    assert "Leave your" not in found.text

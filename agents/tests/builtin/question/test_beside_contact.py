"""A question beside contact details is searched and answered as if it stood alone."""

from __future__ import annotations

import pytest

from agents.llm.builtin import search_queries
from agents.llm.builtin.question.beside_contact import apart_from_contact, beside_contact
from agents.llm.request import PastMessage


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("What does it cost? My number is +44 20 7946 0123", "What does it cost?"),
        ("how much is the Ember? my mail is jo@example.org", "how much is the Ember?"),
        ("what do you charge? call me on 020 7946 0123", "what do you charge?"),
        ("020 7946 0123 - how long is delivery?", "how long is delivery?"),
        ("what does it cost and you can reach me at jo@example.org?", "what does it cost"),
        ("Do you ship to Malta? You can write to jo@example.org, thanks!", "Do you ship to Malta?"),
        ("my email is jo@example.org\nis the Forge in stock?", "is the Forge in stock?"),
        ("What does it cost, my mail is jo@example.org, for 40 people?", "What does it cost for 40 people?"),
        ("I lost my key card, who do I tell? 020 7946 0123", "I lost my key card, who do I tell?"),
        ("can you send the price list to jo@example.org?", "can you send the price list to ?"),
    ],
)
def test_what_is_asked_beside_contact_details(message: str, asked: str) -> None:
    assert beside_contact(message) == asked


@pytest.mark.parametrize(
    "message",
    [
        "jo@example.org",
        "my number is 020 7946 0123, thanks",
        "Jo Miller, Kestrel Ltd, jo@example.org",
        "please call me back on 020 7946 0123. Best regards",
        "can you call me? 020 7946 0123",
        "What does it cost?",
    ],
)
def test_who_only_leaves_details_or_none_asks_nothing_beside_them(message: str) -> None:
    assert beside_contact(message) == ""


def test_the_question_alone_is_searched() -> None:
    alone = search_queries((PastMessage("user", "How long is delivery?"),))

    assert search_queries((PastMessage("user", "How long is delivery? My mail is jo@example.org"),)) == alone


def test_a_detail_that_may_be_asked_about_is_searched_with_its_question() -> None:
    assert apart_from_contact("is hello@shop.example the right address?") == ""
    assert "hello" in search_queries((PastMessage("user", "is hello@shop.example the right address?"),))[0]

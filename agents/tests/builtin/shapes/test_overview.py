"""A question about the company as a whole is answered with its introduction, what it sells, and its pages' titles."""

from __future__ import annotations

import pytest

from agents.llm.builtin.question.overview import asks_overview
from agents.llm.builtin.shapes.overview import overview
from agents.llm.request import Passage
from agents.tests.builtin.conftest import Ask
from knowledge.text.rank import MAX_INTRODUCTIONS, Index
from knowledge.text.split import split_page

ABOUT = """# About Fern & Co

Fern & Co is a plant shop in Leith. Two gardeners opened it in 2012.

## What we sell

- House plants
- Pots
- Repotting

## What we do not sell

We do not sell cut flowers.
"""
PRIVACY = "# Privacy\n\nWe do not sell personal data. We keep your address for the delivery."
DELIVERY = "# Delivery | Fern & Co\n\nDelivery in Edinburgh is free from £40."
QUESTIONS = [
    "what do you sell?",
    "what do you do",
    "what do you guys do?",
    "hi, what do you offer",
    "Tell me about your company",
    "what can you offer me",
    "which services do you have",
    "what services do you offer",
    "what products do you have",
    "what's this company about",
    "what is this",
    "who are you guys",
    "what kind of business is this",
    "can you tell me a bit about what you do",
    "what does your company do?",
    "what can i buy here",
    "what's your business",
    "what are your services",
    "so what is it that you do exactly",
    "why should i choose you",
    "what makes your company special?",
]
OTHERS = [
    "what do you sell for cats",
    "what do you charge",
    "what services do you offer on sundays",
    "what is this charge on my invoice",
    "what do you do with my data",
    "what do you do if it rains",
    "tell me about the brook",
    "tell me about your return policy",
    "what do you have for vegetarians",
    "what are your opening hours",
    "what does it do",
    "what do I get with the gold plan",
    "who are you",
    "why should i choose the gold plan",
    "what is the deposit",
]


def index(*pages: str) -> Index:
    parts = [(f"{at}.md", part) for at, page in enumerate(pages) for part in split_page(page)]
    return Index.build([Passage(name, name, part.heading, part.text) for name, part in parts])


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_asked_in_many_ways(question: str) -> None:
    assert asks_overview(question)


@pytest.mark.parametrize("question", OTHERS)
def test_what_names_something_is_another_question(question: str) -> None:
    assert not asks_overview(question)


def told(*pages: str, question: str = "what do you sell?") -> str:
    found = overview([hit.passage for hit in index(*pages).search(question)])
    return found[0] if found else ""


def test_the_introduction_comes_first_then_what_is_sold_then_the_other_pages() -> None:
    assert told(PRIVACY, DELIVERY, ABOUT) == (
        "Fern & Co is a plant shop in Leith. Two gardeners opened it in 2012.\n\n"
        "- House plants\n- Pots\n- Repotting\n\n"
        "I can tell you more about: Privacy; Delivery."
    )


def test_what_is_not_sold_is_no_offer() -> None:
    assert "cut flowers" not in told(ABOUT, PRIVACY)
    assert "personal data" not in told(ABOUT, PRIVACY)


def test_pages_without_an_introduction_are_named() -> None:
    assert told(PRIVACY, DELIVERY) == "I can tell you more about: Privacy; Delivery."


def test_the_page_that_carries_the_name_introduces_the_company_before_one_that_only_says_we() -> None:
    workshop = "# A workshop\n\nWe repair all makes."
    own = "# Pedal & Oak\n\nPedal & Oak is a bicycle shop in Leuven."

    assert told(workshop, own).startswith("Pedal & Oak is a bicycle shop")


def test_a_home_page_introduces_in_whatever_words() -> None:
    home = "# Welcome\n\nThree ships and forty-one people: that is the whole company."

    assert told(PRIVACY, home).startswith("Three ships and forty-one people")


def test_of_many_pages_some_are_delivered_each_once() -> None:
    pages = [f"# Page {at}\n\nSomething about {at}." for at in range(40)]

    found = index(ABOUT, *pages).search("what do you do?")

    documents = [hit.passage.document for hit in found]
    assert len(found) == MAX_INTRODUCTIONS
    assert len(set(documents)) == len(documents) - 1  # the introduction and what is sold stand on one page


def test_without_pages_there_is_no_overview() -> None:
    assert overview([]) is None


def test_a_visitor_is_answered_for_sure(ask: Ask) -> None:
    found = ask("what do you sell?")

    assert (found.band, found.answerer) == ("quote", "overview")
    assert "Workshop" in found.text

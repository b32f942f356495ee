"""Facts are not lost in a rewriting, and none come in."""

from __future__ import annotations

import pytest

from agents.refining.facts import lost, without_invented


@pytest.mark.parametrize(
    "sentence",
    [
        "Delivery costs $4.50.",
        "We ship in 3 days.",
        "See https://tarnfield.example/plans.",
        "Write to hello@tarnfield.example!",
        "The cheapest is the Brook 90.",
        "Ask for Marta when it is urgent.",
    ],
)
def test_a_sentence_whose_fact_is_gone_is_lost(sentence):
    assert lost(f"Be kind. {sentence}", "# Tone\n\nBe kind.") == [sentence]
    assert lost(f"Be kind. {sentence}", f"# Facts\n\n1. {sentence} Be kind.") == []


def test_a_number_written_another_way_is_the_same():
    assert lost("It costs $2,400 a year.", "The price is 2 400 dollars? No: 2,400.") == []


def test_a_rewritten_sentence_without_facts_is_not_lost():
    assert lost("please be nice to people", "Be kind.") == []


@pytest.mark.parametrize(
    "line",
    [
        "- Mention the 30-day guarantee.",
        "- It costs $5.",
        "- Give 5 % off.",
        "- See https://made.up/page.",
        "- Write to sales@made.up.",
        "- We are there since 1998.",
    ],
)
def test_a_line_with_an_invented_fact_goes(line):
    text, invented = without_invented(f"# Facts\n\n- We sell lamps.\n{line}\n- Be kind.", "We sell lamps. Page 7.")

    assert text == "# Facts\n\n- We sell lamps.\n- Be kind."
    assert invented


@pytest.mark.parametrize(
    "line", ["1. Be kind.", "Ask 2 or 3 questions at most.", "It costs $29.", "See www.a.example."]
)
def test_what_was_given_and_small_numbers_stay(line):
    assert without_invented(line, "It costs 29. www.a.example") == (line, [])

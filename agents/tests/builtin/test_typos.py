"""Slips of the finger are mended towards the pages' words; known words are left alone."""

from __future__ import annotations

import tracemalloc

import pytest

from agents.llm.builtin.typos import Vocabulary, corrected, edit_distance
from agents.tests.builtin.conftest import Ask

VOCABULARY = Vocabulary.of(["drivetrain", "cleaning", "puncture", "discount", "intercompany", "matching"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("drivetrian cleanning", "drivetrain cleaning"),
        ("interconpany matchng", "intercompany matching"),
        ("a discuont please", "a discount please"),
        ("is my dauhter allowed", "is my daughter allowed"),
    ],
)
def test_unknown_words_become_the_nearest_known_one(written: str, meant: str) -> None:
    assert corrected(written, VOCABULARY) == meant


@pytest.mark.parametrize("written", ["the discounts", "botox and veneers", "SKU-4471x", "C++", "naïve"])
def test_known_words_numbers_and_names_stay(written: str) -> None:
    assert corrected(written, VOCABULARY) == written


def test_letters_without_end_are_no_word_and_cost_nothing() -> None:
    written = "x" * 1_000

    tracemalloc.start()
    meant = corrected(written, VOCABULARY)
    _now, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert meant == written
    assert most_bytes < 1_000_000


def test_distance_counts_swapped_neighbours_once() -> None:
    assert edit_distance("recieve", "receive", 2) == 1
    assert edit_distance("abcdef", "uvwxyz", 2) == 3


def test_a_misspelt_question_is_answered(ask: Ask) -> None:
    assert "€35" in ask("how much is drivetrian cleanning").text


def test_words_that_the_pages_write_as_one_are_joined() -> None:
    vocabulary = Vocabulary.of(["backups", "setup"])

    assert corrected("how often do you back up the set up", vocabulary) == "how often do you backup the setup"
    assert corrected("can I pick up the key", vocabulary) == "can I pick up the key"

"""Slips of the finger are mended towards the pages' words; known words are left alone."""

from __future__ import annotations

import random
import tracemalloc
from collections import Counter

import pytest

from agents.tests.builtin.conftest import Ask
from language import typos
from language.typos import MAX_COMPARED, MAX_WORDS, Vocabulary, corrected, edit_distance

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


def test_a_long_message_of_slips_looks_up_a_few_words_only(monkeypatch):
    letters = "etaoinshrdlucmwfgypbvk"
    chance = random.Random(7)  # noqa: S311 no secret
    known = ["".join(chance.choices(letters, k=chance.randint(4, 11))) for _ in range(20_000)]
    vocabulary = Vocabulary.of(known)
    slips = [f"{word[:2]}q{word[3:]}" for word in known[:1_200]]
    compared = Counter()

    def counted(*args):
        compared["letter by letter"] += 1
        return edit_distance(*args)

    monkeypatch.setattr(typos, "edit_distance", counted)
    for message in (" ".join(slips), "-".join(slips), "".join(slips), " ".join(slips[:1] * 1_200)):
        compared.clear()
        corrected(message, vocabulary)
        assert compared["letter by letter"] <= MAX_COMPARED


def test_a_message_is_searched_with_its_beginning_and_its_end():
    long = "first " + "middling " * 2_000 + "last"

    assert corrected(long, VOCABULARY).split()[0] == "first"
    assert corrected(long, VOCABULARY).split()[-1] == "last"
    assert len(corrected(long, VOCABULARY).split()) <= MAX_WORDS


def test_the_same_word_is_mended_wherever_it_stands():
    assert corrected("punture here and punture there", VOCABULARY) == "puncture here and puncture there"


def test_words_within_a_slip_are_found_whatever_slip_it_is():
    vocabulary = Vocabulary.of(["voucher", "membership"])

    for written in ("vuocher", "voucer", "vouchher", "vouxher"):
        assert corrected(written, vocabulary) == "voucher"
    assert corrected("mmebershp", vocabulary) == "membership"

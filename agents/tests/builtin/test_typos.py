"""Slips of the finger are mended towards the pages' words; known words are left alone."""

from __future__ import annotations

import random
import tracemalloc

import numpy as np
import pytest

from agents.tests.builtin.conftest import Ask
from language.typos import MAX_LOOKED_UP, MAX_WORDS, Vocabulary, corrected

_KNOWN = "arrives repairs drivetrain cleaning puncture discount intercompany matching"
VOCABULARY = Vocabulary.of(_KNOWN.split())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("drivetrian cleanning", "drivetrain cleaning"),
        ("interconpany matchng", "intercompany matching"),
        ("a discuont please", "a discount please"),
        ("when do you arive", "when do you arrive"),
        ("a repiar please", "a repair please"),
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


def test_swapped_neighbours_are_one_slip() -> None:
    assert dict(Vocabulary.of(["receive", "deceive"]).alike("recieve", 2)) == {"receive": 1, "deceive": 2}


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
    looked_up: list[str] = []
    alike = Vocabulary.alike
    monkeypatch.setattr(Vocabulary, "alike", lambda *args: looked_up.append(args[1]) or alike(*args))

    for message in (" ".join(slips), "-".join(slips), "".join(slips), " ".join(slips[:1] * 1_200)):
        looked_up.clear()
        corrected(message, vocabulary)
        assert len(looked_up) <= MAX_LOOKED_UP


def test_the_only_word_within_a_slip_is_found_among_any_number() -> None:
    letters = "etaoinshrdlucmwfgypbvk"
    chance = random.Random(7)  # noqa: S311 no secret
    many = {"".join(chance.choices(letters, k=7)) for _ in range(50_000)}

    assert corrected("zubrwka", Vocabulary.of([*many, "zubrowka"])) == "zubrowka"


def test_words_of_pages_that_are_gone_are_no_longer_meant() -> None:
    pages = [("voucher membership", np.array([2, 1])), ("voucher", np.array([1]))]

    vocabulary = Vocabulary.of(()).changed(pages, ()).changed((), pages[:1])

    assert vocabulary.counts["voucher"] == 1
    assert corrected("a vuocher", vocabulary) == "a voucher"
    assert "membership" not in vocabulary.counts


def test_numbers_and_codes_of_pages_are_nothing_that_a_word_is_a_slip_of() -> None:
    pages = [("ar-12345 voucher 2000 mp3", np.array([1, 2, 5, 1]))]

    vocabulary = Vocabulary.of(()).changed(pages, ())

    assert vocabulary.counts["voucher"] == 2
    assert not {"ar-12345", "2000", "mp3"} & vocabulary.counts.keys()
    assert "voucher" not in vocabulary.changed((), pages).counts


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

"""Slips of the finger in the words by which facts are told."""

from __future__ import annotations

import pytest

from leads.extraction.message import VisitorText
from leads.extraction.slips import is_slip, meant
from leads.tests.extraction.sale import values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("my budegt is 1500 euros", {"budget": "1500 EUR"}),
        ("we are 22 peopel", {"people": "22"}),
        ("we wnat a filter mashine", {"machine": "Filter"}),
        ("we wuold like to start in Septmber", {"start": "2027-09"}),
        ("strat on wensday", {"start": "2026-12-02"}),
    ],
)
def test_facts_are_read_through_slips(text: str, wanted: dict[str, str]) -> None:
    assert values(text) == wanted


def test_words_and_names_that_stand_near_another_word_are_left_alone() -> None:
    said = "the form of a sauna, Marhc or a badger"

    assert VisitorText("the form of a sauna or a badger").plain == "the form of a sauna or a badger"
    assert all(meant(word) == word for word in ("form", "badger", "sauna", "seat", "officer", "parry"))
    assert VisitorText(said).small == said.lower()


def test_every_character_stands_where_it_stood() -> None:
    text = "abuot peopel in Septmber, İstanbul"

    assert len(VisitorText(text).plain) == len(text)


def test_an_address_is_read_as_it_is_spelt() -> None:
    assert values("my email is peopel at budegt dot com") == {"email": "peopel@budegt.com"}


@pytest.mark.parametrize(("word", "slip"), [("guests", "geusts"), ("guests", "gests"), ("guests", "guestss")])
def test_one_slip_is_a_slip(word: str, slip: str) -> None:
    assert is_slip(slip, word)
    assert not is_slip(slip[::-1], word)

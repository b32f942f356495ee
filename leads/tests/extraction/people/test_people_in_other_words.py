"""Names, companies and contact details in words that nobody had a rule for."""

from __future__ import annotations

import pytest

from leads.terms import CONTACT_KEYS, Kind
from leads.tests.extraction.sale import values


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thanks for your help! – Rosalind", "Rosalind"),
        ("Hiya, Declan here", "Declan"),
        ("Kind regards Petra Vogt", "Petra Vogt"),
        ("I go by Freddie", "Freddie"),
        ("It's Nadia again", "Nadia"),
        ("Hello, Piet Vos from Keizer Logistics, 30 people", "Piet Vos"),
        ("Hi, I'm Lea Brandt from Acme Ltd.", "Lea Brandt"),
        ("you can call me, Ruth Okafor, on 020 7946 0777", "Ruth Okafor"),
        ("thanks Bella!", None),
    ],
)
def test_names_are_told_in_other_words(text: str, name: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[Kind.NAME]) == name


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("we're from Gable Roofing", "Gable Roofing"),
        ("we at Otter Print are thinking of a machine", "Otter Print"),
        ("I do the buying at Lindner Bau GmbH", "Lindner Bau GmbH"),
        ("our firm's called Halcyon", "Halcyon"),
        ("I'm calling from Manchester", None),
        ("we buy our beans from Rigby Coffee Ltd", None),
    ],
)
def test_companies_are_told_in_other_words(text: str, company: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[Kind.COMPANY]) == company


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("my mail is nora underscore forty two at postbox dot org", Kind.EMAIL, "nora_42@postbox.org"),
        ("I'm lee@hull.example, our billing team is at bills@hull.example", Kind.EMAIL, "lee@hull.example"),
        ("Lee Hull\n01632 960 777", Kind.PHONE, "+441632960777"),
        ("the number on your site, 020 7946 0999, is dead", Kind.PHONE, None),
    ],
)
def test_contact_details_are_read_as_they_are_said(text: str, key: Kind, value: str | None) -> None:
    assert values(text).get(CONTACT_KEYS[key]) == value

"""Names, companies and contact details in words that nobody had a rule for."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import CONTACT_KEYS, Kind, QuestionData
from leads.tests.extraction.sale import AT, values


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


LETTER = (
    "Hello! We are planning a party for late August with some friends and would like to know what your garden costs."
)


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        (f"{LETTER} Thanks, Imogen", "", "Imogen"),
        ("I don't want a newsletter. Karen.", "name", "Karen"),
        ("thanks, Imogen", "", None),
        ("I don't want a newsletter. Really.", "name", None),
    ],
)
def test_a_name_stands_at_the_end_of_what_is_said(text: str, asked: str, name: str | None) -> None:
    question = QuestionData("name", "Name", "May I ask your name?", Kind.NAME)
    found = {each.key: each.value for each in read(text, (question,), asked=asked, at=AT) if not each.is_declined}

    assert found.get("name") == name

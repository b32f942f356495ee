"""Companies and names by the lead-ins of other writers: spoken, behind a comma, in four languages; and none."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values

LANGUAGES = ("en", "de", "fr", "es")


@pytest.mark.parametrize(
    ("text", "name", "company"),
    [
        ("Thanks for that, Priya from Redwood & Co here.", "Priya", "Redwood & Co"),
        ("Sarah here from Bright Minds Nursery, we are 15", "Sarah", "Bright Minds Nursery"),
        ("im Ken form Oakmont Bakery", "Ken", "Oakmont Bakery"),
        ("put me down as Tomasz", "Tomasz", None),
        ("i'm calling from harbour technologies about a machine", None, "harbour technologies"),
        ("I take care of the offices at Larkspur Media", None, "Larkspur Media"),
        ("we're a small studio called Paper Kite", None, "Paper Kite"),
        ("hello from Hexham Brewery", None, "Hexham Brewery"),
        ("Ich arbeite bei der Hartmann AG", None, "Hartmann AG"),
        ("Ich rufe für die Sparkasse Ulm an", None, "Sparkasse Ulm"),
        ("Je vous contacte de la part de Lumière Conseil", None, "Lumière Conseil"),
        ("Trabajo en la empresa Solmar", None, "Solmar"),
    ],
)
def test_a_company_is_introduced_in_many_ways(text: str, name: str | None, company: str | None) -> None:
    found = values(text, languages=LANGUAGES)

    assert (found.get("name"), found.get("company")) == (name, company)


@pytest.mark.parametrize(
    "text",
    [
        "put me down as interested",
        "I coordinate volunteers at Christmas",
        "i'm calling from london",
        "i work for big logistics companies",
        "Greetings from Spain",
        "Trabajo en Madrid",
        "ich arbeite bei der Bank",
        "Ich bin Anfänger",
        "we form a group, the coffee here is cold",
    ],
)
def test_a_place_or_a_trade_is_no_company(text: str) -> None:
    found = values(text, languages=LANGUAGES)

    assert (found.get("name"), found.get("company")) == (None, None)

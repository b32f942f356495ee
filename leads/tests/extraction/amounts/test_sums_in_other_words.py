"""Sums in words that nobody had a rule for: what visitors would pay, and what they pay now."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

LANGUAGES = ("en", "de", "fr", "es")
VANS = (QuestionData("budget", "Budget per van", "What can you spend per van and month?", Kind.MONEY),)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("I'd put up to 3 grand into it", "-3000"),
        ("we could stretch to 900 euros but no further", "-900 EUR"),
        ("our ceiling is 1,500 pounds", "-1500 GBP"),
        ("it must not exceed 2,000 euros", "-2000 EUR"),
        ("we have 3,000 Canadian dollars a year for it", "3000 CAD / year"),
        ("mehr als 800 Euro wollen wir nicht ausgeben", "-800 EUR"),
        ("on peut mettre 1500 euros", "1500 EUR"),
        ("£2k-£3k all in", "2000-3000 GBP"),
        ("preferably below 90 euros a month", "-90 EUR / month"),
        ("Budget? Around 3500.", "3500"),
        ("max budget 1,800", "-1800"),
        ("there's 2,000 euros in the kitty", "2000 EUR"),
        ("we have 20 thousand users on our site", None),
        ("the 1,100 euro machine looks nice", None),
    ],
)
def test_a_budget_is_told_in_other_words(text: str, budget: str | None) -> None:
    assert values(text, languages=LANGUAGES).get("budget") == budget


def test_each_is_each_van_where_a_sum_per_van_was_asked_for() -> None:
    assert [each.value for each in read("5 vans, 410 each per month", VANS, at=AT)] == ["410 / month"]


BILLS = (
    QuestionData("bill", "Monthly electricity bill", "What do you pay for electricity each month?", Kind.MONEY),
    QuestionData("budget", "Budget", "How much would you like to invest?", Kind.MONEY),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wir zahlen 95 Euro im Monat für Strom", {"bill": "95 EUR / month"}),
        ("je paie 70 euros par mois d'électricité", {"bill": "70 EUR / month"}),
        ("pagamos 60 euros al mes de luz", {"bill": "60 EUR / month"}),
        ("we'd put 8 grand into it", {"budget": "8000"}),
    ],
)
def test_a_bill_is_no_budget(text: str, found: dict[str, str]) -> None:
    assert {each.key: each.value for each in read(text, BILLS, at=AT, country="GB", languages=LANGUAGES)} == found

"""A sum in a sentence about the visitor is their budget until something says that it is another."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("The board has released 30,000 euros a year for us", "30000 EUR / year"),
        ("I was thinking of something like 150 to 180 euros every month", "150-180 EUR / month"),
        ("We're working with £4,500", "4500 GBP"),
        ("My budget's tight, ten grand at most", "-10000"),
        ("we've got 18k for the year, all in", "18000 / year"),
        ("our finance department (11 people) drinks most", None),
        ("we lost 2,000 euros on broken cups", None),
        ("My boss makes 200k", None),
        ("We turned over £4m with our clients", None),
        ("I won 500 euros in a draw", None),
        ("we pay 300 euros a month for water, it is mad", None),
        ("the 1,499 euro machine broke our sink", None),
    ],
)
def test_a_sum_is_the_budget_until_something_speaks_against_it(text: str, budget: str | None) -> None:
    assert values(text).get("budget") == budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("what can we get for 500 euros a month?", "500 EUR / month"),
        ("Would 1,100 euros get us anywhere?", "1100 EUR"),
        ("Do you charge 40 euros for delivery?", None),
        ("Is 1,100 euros the price with VAT?", None),
    ],
)
def test_who_asks_what_a_sum_gets_them_tells_their_budget(text: str, budget: str | None) -> None:
    assert values(text).get("budget") == budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("£380 + VAT per month, max", "-380 GBP / month"),
        ("The ceiling is 3,250.00 GBP excl. VAT", "-3250 GBP"),
        ("3.250,00 €", "3250 EUR"),
        ("Minimum spend would be 1000, maximum 1800", "1000-1800"),
        ("Rs 2 lakh", "200000 INR"),
        ("three to four k", "3000-4000"),
        ("12 000 zł", "12000 PLN"),
        ("monatlich so 200 bis 250 Euro", "200-250 EUR / month"),
        ("as high as ¥300,000", "-300000 JPY"),
    ],
)
def test_sums_are_read_as_they_are_written_elsewhere(text: str, budget: str) -> None:
    assert values(text, "budget", languages=("en", "de"))["budget"] == budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("£450 a month plus VAT", "450 GBP / month"),
        ("3 to 3.5k", "3000-3500"),
        ("maybe 3, 4 thousand", "3000-4000"),
        ("2-ish thousand", "2000"),
        ("two fifty a month", "250 / month"),
        ("last year 5000, this year 4000", "4000"),
        ("20 p/p", "20 / person"),
        ("£1m", "1000000 GBP"),
        ("more than 100 would be too much", "-100"),
        ("over 100 and we walk", "-100"),
        ("100 is too much, 80", "80"),
        ("1 to 2% of our turnover", None),
    ],
)
def test_sums_are_read_as_they_are_said(text: str, budget: str | None) -> None:
    assert values(text, "budget").get("budget") == budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("half a grand", "500"),
        ("a grand and a half", "1500"),
        ("12 thousand five hundred", "12500"),
        ("ten twelve grand", "10000-12000"),
        ("15 thousand, maybe sixteen", "15000-16000"),
        ("at least 1000 but not more than 1500", "1000-1500"),
        ("wouldn't go past 1k", "-1000"),
        ("1k is the absolute most", "-1000"),
        ("<1k", "-1000"),
        (">1k", "1000-"),
        ("1k, plus or minus", "1000"),
        ("20k p.a.", "20000 / year"),
        ("$900 CAD", "900 CAD"),
        ("20 a pop", "20"),
        ("400/machine", "400"),
        ("45 each time", "45"),
    ],
)
def test_bounds_and_measures_of_a_sum(text: str, budget: str) -> None:
    assert values(text, "budget")["budget"] == budget

"""What a sum is paid per, and sums and numbers as they are written and said in other places."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("£200-250 pm", "200-250 GBP / month"),
        ("260 quid every single month", "260 GBP / month"),
        ("300 euros each calendar month", "300 EUR / month"),
        ("500 euro a munth", "500 EUR / month"),
        ("€120,- per month", "120 EUR / month"),
        ("Rs. 25,000 per month", "25000 INR / month"),
        ("9 dollars per user per month", "9 USD / person / month"),
        ("450 a month per machine", "450 / month"),
        ("80/visit max", "-80"),
        ("fifty quid a go is my limit", "-50 GBP"),
        ("25 euros each time", "25 EUR"),
        ("four-fifty a month", "450 / month"),
        ("two-twenty-five", "225"),
        ("a couple of grand", "2000"),
        ("couple of hundred a month", "200 / month"),
        ("2.5-3k pa", "2500-3000 / year"),
        ("1k5", "1500"),
        ("4 to 5 lakhs", "400000-500000"),
        (">= 2000 EUR", "2000- EUR"),
        ("<= 2000 EUR", "-2000 EUR"),
        ("ooh, not a lot, 600 maybe?", "600"),
        ("we can't stretch past 375 a month on each", "-375 / month"),
    ],
)
def test_what_a_sum_is_paid_per_is_read_with_it(text: str, budget: str) -> None:
    assert values(text, "budget")["budget"] == budget


@pytest.mark.parametrize("text", ["12 of us, lunch is at 1 pm", "12 of us, back at 5 p.m.", "call 12 of us at 9 pm"])
def test_an_hour_is_paid_by_no_month(text: str) -> None:
    assert values(text, "people") == {"people": "12"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("half of the 30 people in our branch", "15"),
        ("half of our 50 staff", "25"),
        ("a couple dozen folks", "24"),
        ("our dozen developers", "12"),
        ("half a dozen", "6"),
        ("40 nos. of people", "40"),
        ("a good hundred", "100"),
        ("haha good question, sales alone are 40, then law, so maybe 75?", "75"),
        ("130 invited, 110 expected", "110"),
        ("12 + me", "13"),
        ("we're only a handful, six tops", "-6"),
        ("Headcount's thirty-four.", "34"),
    ],
)
def test_numbers_are_read_in_words_of_quantity(text: str, people: str) -> None:
    assert values(text, "people")["people"] == people

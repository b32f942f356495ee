"""What speaks for a sum being the visitor's budget: a limit, a denial, what it is there for, its place in a list."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, values

HOME = (
    QuestionData("bill", "Monthly electricity bill", "What do you pay for electricity each month?", Kind.MONEY),
    QuestionData("budget", "Budget", "How much would you like to invest?", Kind.MONEY),
)


def at_home(text: str) -> dict[str, str]:
    return {each.key: each.value for each in read(text, HOME, at=AT, country="GB")}


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("We've got a couple of grand to play with", "2000"),
        ("I've got about five grand to put into this", "5000"),
        ("I'd rather not go over 18,000.", "-18000"),
        ("please don't go above 900 euros", "-900 EUR"),
        ("money-wise... somewhere in the 1500 region", "1500"),
        ("Somewhere between 5 and 6 grand all in for the office, 80 people", "5000-6000"),
        ("need a machine for 12, not more than £420 please", "-420 GBP"),
        ("We pay 2100 a year for our old one and could go up to 3000.", "-3000"),
        ("we had hoped to pay around £250", "250 GBP"),
        ("Our annual allowance for this is EUR 3,600.", "3600 EUR / year"),
        ("30 people, 3k, january", "3000"),
        ("I'm thinking maybe 2K for a machine", "2000"),
    ],
)
def test_a_budget_is_told_by_a_limit_or_by_what_it_is_for(text: str, budget: str) -> None:
    assert values(text)["budget"] == budget


@pytest.mark.parametrize(
    "text",
    [
        "Our last cleaner took 18 an hour",
        "the old supplier wanted 400 a month from us",
        "We pay 45 a visit to our current plumber",
        "they asked us for 900 euros",
        "we ran a 10k together",
        "what does the 899 euro one do that the 650 one doesn't",
        "My sister paid 9 grand for hers and hated it",
        "We lost nearly 40k last year because of this mess.",
    ],
)
def test_what_others_took_or_what_is_asked_about_is_no_budget(text: str) -> None:
    assert "budget" not in values(text)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("it was 8k but the boss cut it to 6k", "6000"),
        ("my wife capped it at 4000", "-4000"),
        ("they allow 2k", "2000"),
    ],
)
def test_what_those_say_who_decide_answers_the_question(text: str, budget: str) -> None:
    assert values(text, "budget")["budget"] == budget


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("our bill is far too high, about 260 a month", {"bill": "260 / month"}),
        ("bills are through the roof, 260 quid every single month!!", {"bill": "260 GBP / month"}),
        ("last winter we paid 210 a month for power, now it's 175", {"bill": "175"}),
        ("we have 20k for it", {"budget": "20000"}),
        ("I pay 95 a month for power and I'm thinking maybe 20K", {"bill": "95 / month", "budget": "20000"}),
    ],
)
def test_a_bill_and_a_budget_are_told_apart(text: str, said: dict[str, str]) -> None:
    assert at_home(text) == said

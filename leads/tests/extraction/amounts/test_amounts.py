"""Numbers and money: what is counted, what it costs, and what belongs to something else."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import facts, values


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("40 people drink coffee here", "40"),
        ("we are 40", "40"),
        ("There are 12 of us", "12"),
        ("a team of about 25", "25"),
        ("forty people", "40"),
        ("two hundred and fifty employees", "250"),
        ("a dozen colleagues", "12"),
        ("1,200 staff", "1200"),
        ("30 to 40 people", "30-40"),
        ("at least 20 people", "20-"),
        ("up to 20 people", "-20"),
        ("15 poeple", "15"),
        ("People: 18", "18"),
        ("What does it cost for 40 people?", "40"),
        ("12 drink coffee", "12"),
    ],
)
def test_a_number_goes_to_the_question_that_counts_it(text: str, people: str) -> None:
    assert values(text)["people"] == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("40", "40"),
        ("about 40 I think", "40"),
        ("30ish", "30"),
        ("thirty", "30"),
        ("about 40?", "40"),
        ("20 or 25", "20-25"),
        ("50+", "50-"),
    ],
)
def test_a_bare_number_answers_the_question(text: str, people: str) -> None:
    assert values(text, asked="people") == {"people": people}


@pytest.mark.parametrize(
    "text",
    [
        "Do you have the model 300?",
        "it takes 20 minutes",
        "12 kg",
        "page 40",
        "50%",
        "we were 40 last year",
        "if we were 40 people",
        "not 40 people",
        "your 40 people are great",
        "40 coffee machines",
        "it opens at 10:30",
        "007",
    ],
)
def test_a_number_of_something_else_is_no_fact(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("our budget is 5k", "5000"),
        ("We can spend 10 to 20 thousand euros", "10000-20000 EUR"),
        ("budget: between 5k and 8k", "5000-8000"),
        ("we have a budget of £300 a month", "300 GBP / month"),
        ("up to $15 per user per month is our budget", "-15 USD / person / month"),
        ("no more than 500 quid is our budget", "-500 GBP"),
        ("I'd like to spend at least 1.5k EUR", "1500- EUR"),
        ("my budget is two thousand pounds", "2000 GBP"),
    ],
)
def test_money_of_the_visitor_goes_to_the_budget(text: str, budget: str) -> None:
    assert values(text)["budget"] == budget


@pytest.mark.parametrize(
    "text",
    [
        "Is delivery free over 50 EUR?",
        "the shop said 299 euros",
        "your price is 350 euros",
        "our old budget was 5k",
        "we paid 300 euros last year",
        "I saw one for 200 euros",
    ],
)
def test_prices_and_old_budgets_are_no_budget(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(("country", "budget"), [("US", "500 USD"), ("AU", "500 AUD"), ("CA", "500 CAD")])
def test_a_dollar_is_that_of_the_country(country: str, budget: str) -> None:
    assert values("$500", asked="budget", country=country)["budget"] == budget


@pytest.mark.parametrize(
    ("text", "language", "people"),
    [
        ("wir sind fünfundzwanzig Leute", "de", "25"),
        ("nous sommes quatre-vingt-dix personnes", "fr", "90"),
        ("somos treinta y cinco personas", "es", "35"),
        ("zweihundert Mitarbeiter", "de", "200"),
    ],
)
def test_number_words_of_other_languages_are_read(text: str, language: str, people: str) -> None:
    assert values(text, languages=(language,))["people"] == people


def test_several_facts_come_from_one_message_in_their_order() -> None:
    found = facts("We are 40 people and our budget is 5k euros, starting in March")

    assert [(each.key, each.value) for each in found] == [
        ("people", "40"), ("budget", "5000 EUR"), ("start", "2027-03"),
    ]  # fmt: skip

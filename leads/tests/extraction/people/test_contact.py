"""E-mail addresses and phone numbers: written, spoken, and those that are somebody else's."""

from __future__ import annotations

import pytest

from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT, facts, values

from leads.extraction.reading import read  # isort: skip


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("write to Jo.Smith@Example.ORG please", "Jo.Smith@example.org"),
        ("my email is jo at example dot org", "jo@example.org"),
        ("it's jo underscore smith at example dot co dot uk", "jo_smith@example.co.uk"),
        ("jo (at) example (dot) org", "jo@example.org"),
        ("jo[at]example.org", "jo@example.org"),
        ("My address is jo@example.org.", "jo@example.org"),
    ],
)
def test_an_address_is_read_written_or_spoken(text: str, email: str) -> None:
    assert values(text)["email"] == email


@pytest.mark.parametrize(
    "text",
    [
        "please don't write to jo@example.org",
        "my boss's email is ann@example.org",
        "I wrote to support@example.org last week",
        "look at example dot org",
        "not jo@example.org",
        "jo@localhost",
    ],
)
def test_an_address_of_others_is_none_of_the_visitor(text: str) -> None:
    assert "email" not in values(text)


@pytest.mark.parametrize(
    ("text", "country", "phone"),
    [
        ("call me on 020 7946 0958", "GB", "+442079460958"),
        ("+44 20 7946 0958", "", "+442079460958"),
        ("0044 20 7946 0958 is my number", "GB", "+442079460958"),
        ("plus four four two oh seven nine four six oh nine five eight", "", "+442079460958"),
        ("my number is oh two oh seven nine four six double oh one one", "GB", "+442079460011"),
        ("030 901820", "DE", "+4930901820"),
    ],
)
def test_a_number_is_read_written_or_spoken(text: str, country: str, phone: str) -> None:
    assert values(text, country=country)["phone"] == phone


@pytest.mark.parametrize(
    "text",
    [
        "my order number is 020 7946 0958",
        "I ordered on 25.11.2026",
        "it was 1 200 000 euros",
        "I called 020 7946 0958 and nobody answered",
        "invoice 20261104",
        "one two three",
    ],
)
def test_orders_dates_and_prices_are_no_number_to_call(text: str) -> None:
    assert "phone" not in values(text)


def test_a_number_without_a_prefix_or_a_country_is_kept_as_it_is_dialled() -> None:
    assert values("020 7946 0958", country="")["phone"] == "02079460958"
    assert values("020 7946 0958", country="GB")["phone"] == "+442079460958"
    assert "phone" not in values("my order number is 020 7946 0958", country="")


def test_a_contact_has_the_key_of_the_agents_own_question() -> None:
    questions = (QuestionData("work_email", "Work e-mail", "What is your work e-mail?", Kind.EMAIL),)

    found = read("jo@example.org", questions, at=AT)

    assert [(each.key, each.kind) for each in found] == [("work_email", Kind.EMAIL)]


def test_a_spoken_address_keeps_the_words_of_the_visitor() -> None:
    (fact,) = facts("yes, jo at example dot org", asked="email")

    assert fact.words == "jo at example dot org"


def test_a_year_before_a_number_is_no_phone() -> None:
    assert "phone" not in values("wedding aug 2027 120 guests")
    assert "phone" not in values("in 2027 1500 euros")

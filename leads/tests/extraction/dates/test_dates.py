"""Dates as people give them, counted from Wednesday, 25 November 2026."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("by the end of March", "2027-03-31"),
        ("Q1 next year", "2027-Q1"),
        ("next Tuesday", "2026-12-01"),
        ("Tuesday", "2026-12-01"),
        ("Friday", "2026-11-27"),
        ("next Friday", "2026-12-04"),
        ("in two weeks", "2026-12-09"),
        ("within 3 weeks", "2026-11-25/2026-12-16"),
        ("in three months", "2027-02"),
        ("mid December", "2026-12-11/2026-12-20"),
        ("early January", "2027-01-01/2027-01-10"),
        ("late January", "2027-01-21/2027-01-31"),
        ("ASAP", "2026-11-25"),
        ("tomorrow", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27"),
        ("next week", "2026-11-30/2026-12-06"),
        ("next month", "2026-12"),
        ("3 December", "2026-12-03"),
        ("December 3rd, 2027", "2027-12-03"),
        ("the 3rd of December", "2026-12-03"),
        ("2026-12-03", "2026-12-03"),
        ("03/12/2026", "2026-12-03"),
        ("from 3 to 10 December", "2026-12-03/2026-12-10"),
        ("May", "2027-05"),
        ("summer", "2027-06-01/2027-08-31"),
        ("2027", "2027"),
        ("first half of 2027", "2027-01-01/2027-06-30"),
        ("by Easter", "2027-03-28"),
        ("the 15th", "2026-12-15"),
        ("15th", "2026-12-15"),
    ],
)
def test_a_date_answers_the_question(text: str, start: str) -> None:
    assert values(text, asked="start")["start"] == start


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("We need it by the end of March", "2027-03-31"),
        ("we would like to start on 15 January", "2027-01-15"),
        ("It has to be installed in April", "2027-04"),
    ],
)
def test_a_plan_is_a_fact_without_being_asked(text: str, start: str) -> None:
    assert values(text)["start"] == start


@pytest.mark.parametrize(
    "text",
    [
        "We may do that",
        "Are you open on Tuesday?",
        "call me on Friday",
        "we started in May 2020",
        "I am on holiday until 7 December",
        "31 February would be nice to start",
        "we need 1/2 of it",
        "if we started in March it would be nice",
    ],
)
def test_other_dates_and_words_that_look_like_dates_are_no_fact(text: str) -> None:
    assert values(text) == {}


def test_the_month_comes_first_in_the_united_states() -> None:
    assert values("12/03/2026", asked="start", country="US")["start"] == "2026-12-03"


@pytest.mark.parametrize(
    ("text", "language", "start"),
    [
        ("am 3. Dezember", "de", "2026-12-03"),
        ("Ende März", "de", "2027-03-31"),
        ("nächste Woche", "de", "2026-11-30/2026-12-06"),
        ("le 3 décembre", "fr", "2026-12-03"),
        ("fin mars", "fr", "2027-03-31"),
        ("dans deux semaines", "fr", "2026-12-09"),
        ("el 3 de diciembre", "es", "2026-12-03"),
        ("a mediados de enero", "es", "2027-01-11/2027-01-20"),
        ("3 dicembre", "it", "2026-12-03"),
    ],
)
def test_dates_of_other_languages_are_read(text: str, language: str, start: str) -> None:
    assert values(text, asked="start", languages=(language,))["start"] == start

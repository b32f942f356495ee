from __future__ import annotations

import pytest

from language.headcounts import as_people


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("we're a 25 person office, which one?", "we're a office of 25 people, which one?"),
        ("I run a 25-employee firm", "I run a firm of 25 people"),
        ("for a 12-strong sales team", "for a sales team of 12 people"),
        ("a 30 people company", "a company of 30 people"),
        ("twenty-five of us would use it", "25 people would use it"),
        ("Forty two colleagues", "42 colleagues"),
        ("a dozen people", "12 people"),
        ("half a dozen people", "6 people"),
        ("two dozen of us", "24 people"),
        ("we are 20-25 people", "we are 25 people"),
        ("between us 8 to 10 colleagues", "between us 10 colleagues"),
        ("there's 25 of us in the office", "there are 25 people in the office"),
        ("for 25ppl", "for 25 people"),
        ("we're 25, which machine?", "we're 25 people, which machine?"),
        ("We are about 40 and need a grinder", "We are about 40 people and need a grinder"),
        ("we're 25 heads", "we're 25 people"),
    ],
)
def test_a_number_of_people_is_read_in_one_form(written: str, read: str) -> None:
    assert as_people(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "do you have a 4 person tent?",
        "the 25 litre tank",
        "we're 25 minutes away",
        "we are 3.5 km from you",
        "is the B25 in stock",
        "a dozen cups",
        "twenty five dollars",
        "open 9 to 5",
        "we are 100% sure",
        "we're 1,200 miles away",
    ],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert as_people(text) == text

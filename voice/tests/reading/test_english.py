"""What is said of English text, and that nothing of it is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.effort import within_effort
from voice.reading import english
from voice.reading.normalise import GROWTH_SPARE, MAX_GROWTH, speakable
from voice.reading.said.calendar import MONTHS
from voice.tests.reading.english_pairs import PAIRS


@pytest.mark.parametrize(("written", "spoken"), PAIRS)
def test_english_is_said_as_a_person_would_say_it(written: str, spoken: str):
    assert speakable(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), PAIRS)
def test_the_same_is_said_within_a_sentence(written: str, spoken: str):
    said = speakable(f"You know, it is this: {written}")

    assert said.rstrip(".").casefold().endswith(spoken.rstrip(".").casefold())


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", "March 4, 2026"), ("en-US", "March 4, 2026"), ("en-GB", "April 3, 2026"), ("en_AU", "April 3, 2026")],
)
def test_the_day_comes_first_where_people_write_it_first(language: str, spoken: str):
    assert speakable("03/04/2026", language=language) == spoken


# Zeros may go ("$49.00" is 49 dollars), and a month is a word ("December").
PIECES = st.sampled_from(
    ["1", "27", "345", "9876", "12345", "1234567", ".", ",", "-", "–", " - ", "'", " ", " ", "$", "€", " EUR", " CHF",
     "%", "+", "(", ")", " kg", " m²", "°C", "x", '"', ":", "#", "PIN ", "XR-", "A", "v", "=", "/", "~", " and ",
     "call ", " St ", "Apt ", "£", "k", "M", "bn", "½", "/mo", "≥", "±", "_", "e.g. ", "am", " pm", "Mon", "Jan ",
     "'s", "ext. ", "in", "ft ", "0", "00"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_digit_is_said(written: str):
    said = english.read(written)

    for number, month in enumerate(MONTHS, start=1):
        said += str(number) * said.count(month)
    assert Counter(re.findall(r"[1-9]", written)) <= Counter(re.findall(r"[1-9]", said))


@pytest.mark.parametrize(
    "bad",
    ["1", "0", ".", "-", "1-", "1.", "1,", "1 ", "+1 ", "(1", "$1", "$1-", "1/", "1'", '1"', "1x", "1:", "A1", "A-",
     "0 ", "Main ", "12 Main ", "Mon-", "PIN ", "call ", "1 000 ", "1\u00a0", "1/mo", "1+1", "1=", "EUR ", "& ", "<br>",
     "12 A", "St. ", "9am-", "Z9-", "@", "=", "1.1.1", "–1", " ", "Jan 1-"]
)  # fmt: skip
def test_no_text_takes_long_or_grows_without_bound(bad: str):
    written = bad * (10_000 // len(bad))

    said = within_effort(5, lambda: speakable(written))

    assert len(said) <= MAX_GROWTH * len(written) + GROWTH_SPARE

"""Texts are cleaned of what cannot be stored and shortened at words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lib.rest.fields import FilledText
from lib.text import clean, shorten


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("short", "short"),
        ("two  spaces\nand a line", "two spaces and a…"),
        ("exactly twenty chars", "exactly twenty chars"),
        ("a" * 30, "a" * 20 + "…"),
        ("ends with a comma, here it is", "ends with a comma…"),
    ],
)
def test_a_text_is_cut_at_a_word(text, short):
    assert shorten(text, 20) == short


@given(st.text(), st.integers(1, 60))
def test_no_text_gets_longer_than_its_limit_and_an_ellipsis(text, limit):
    assert len(shorten(text, limit)) <= limit + 1


@given(st.text())
def test_what_is_clean_can_be_stored(text):
    cleaned = clean(text)

    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "text", ["\u200b", "\u202e\u2066", "\ufeff\u200d \n", "\u3164", "\u2800", "\xad", "\u115f\u1160"]
)
def test_what_shows_nothing_is_no_text(text):
    assert clean(text) == ""
    assert clean(f"{text}a") == f"{text}a".strip()


@given(st.characters())
def test_the_pattern_of_the_schema_says_the_same(char):
    try:
        TypeAdapter(FilledText).validate_python(char)
    except ValidationError:
        assert clean(char) == ""
    else:
        assert clean(char)

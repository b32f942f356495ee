"""Phrases and patterns in answers, which are Markdown."""

import contextlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from evaluation.phrases import PatternTooSlow, is_in, validate_phrase
from fakes.effort import within_effort


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("$2,400", "A Brook 90 costs **$2,400**."),
        ("costs $2,400", "It costs **$2,400** today."),
        ("we don't", "We don’t ship on Sundays."),
        ("30 days", "You have 30\ndays to return it."),
        ("Prices", "See [our prices](https://shop.example/p)."),
        ("/30.days?/", "Within 30 days."),
        ("/^within/", "Within 30 days."),
        ("/\\*\\*/", "It is **bold**."),
    ],
)
def test_an_answer_holds_what_a_reader_sees_in_it(phrase, answer):
    assert is_in(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("$2,400", "It costs $2,900."),
        ("/^days/", "Within 30 days."),
        ("shop.example", "See [it](https://shop.example)"),
    ],
)
def test_an_answer_does_not_hold_what_is_not_read_in_it(phrase, answer):
    assert not is_in(phrase, answer)


def test_a_pattern_that_would_run_for_ever_is_given_up():
    def look():
        with pytest.raises(PatternTooSlow):
            is_in("/(a+)+$/", "a" * 5000 + "b")

    within_effort(5, look)


@pytest.mark.parametrize("phrase", ["", "  ", "/(/", "/[a/", "x" * 301])
def test_what_cannot_be_in_any_answer_is_refused(phrase):
    with pytest.raises(ValidationError):
        validate_phrase(phrase)


WORDS = st.text(alphabet=st.characters(categories=("L", "N")), min_size=1, max_size=20)


@given(WORDS, WORDS, WORDS)
def test_a_word_is_found_wherever_it_stands_in_a_line(before, word, after):
    assert is_in(word, f"{before} {word} {after}")


@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_and_never_breaks_the_search(phrase):
    try:
        validate_phrase(phrase)
    except ValidationError:
        return
    with contextlib.suppress(PatternTooSlow):
        assert is_in(phrase, "A Brook 90 costs $2,400.") in (True, False)

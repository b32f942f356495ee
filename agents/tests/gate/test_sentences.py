"""A sentence is given as soon as it is over, and nothing of the text is lost or changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.llm.gate.sentences import MAX_SENTENCE_CHARS, Sentences, Words
from fakes.effort import within_effort


def cut(text, chars=1):
    sentences = Sentences()
    found = [each for at in range(0, len(text), chars) for each in sentences.feed(text[at : at + chars])]
    return [*found, *filter(None, [sentences.rest()])]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("It costs approx. 40 €. Yes.", ["It costs approx. 40 €. ", "Yes."]),
        ("Am 3. März geht es. Gut.", ["Am 3. März geht es. ", "Gut."]),
        ("It costs 40. We ship it.", ["It costs 40. ", "We ship it."]),
        ("1,249.00 is it. And 2.5 kg.", ["1,249.00 is it. ", "And 2.5 kg."]),
        ("- one\n- two\n\nEnd", ["- one\n", "- two\n", "\n", "End"]),
        ("1. Open it. Look.\n2. Close", ["1. Open it. ", "Look.\n", "2. Close"]),
        ("| a. | B. |\n| C. | d |", ["| a. | B. |\n", "| C. | d |"]),
        ("“Yes.” And no.", ["“Yes.” ", "And no."]),
        ("値段は40ドルです。配送は無料です。", ["値段は40ドルです。", "配送は無料です。"]),
        ("e.g. this, i.e. that", ["e.g. this, i.e. that"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("chars", [1, 3, 1000])
def test_sentences_end_where_they_end(text, sentences, chars):
    assert cut(text, chars) == sentences


def test_a_sentence_is_given_with_the_first_letter_of_the_next():
    sentences = Sentences()

    assert sentences.feed("It costs 40 dollars. ") == []
    assert sentences.feed("It") == ["It costs 40 dollars. "]


def test_a_text_without_an_end_is_given_in_parts_that_part_no_figure():
    text = "40 dollars and " * 200

    parts = cut(text, 7)

    assert "".join(parts) == text
    assert max(len(part) for part in parts) <= MAX_SENTENCE_CHARS
    assert not any(part.rstrip().endswith("40") for part in parts)


@given(st.text(alphabet="ab1. |\n!?[]()*_“”。€", max_size=400), st.integers(1, 9))
def test_the_pieces_are_the_text(text, chars):
    assert "".join(cut(text, chars)) == text


@given(st.text(alphabet="ab1. [](:/@!\n", max_size=300), st.integers(1, 9))
def test_words_are_the_text_too(text, chars):
    words = Words()

    said = [each for at in range(0, len(text), chars) for each in words.feed(text[at : at + chars])]

    assert "".join(said) + words.rest() == text


def test_words_wait_for_what_brackets_hold_and_for_addresses():
    words = Words()

    assert words.feed("See ") == ["See"]
    assert words.feed("it [1") == [" it"]
    assert words.feed("] or https://x") == [" [1] or "]


@pytest.mark.slow
@settings(deadline=None)
@given(st.sampled_from([".", ". ", "a. ", "[", "| .", "1. ", "!", "x", " "]), st.integers(5_000, 20_000))
def test_no_text_takes_longer_than_its_length(part, times):
    text = part * times

    within_effort(60e-6 * len(text) + 0.05, lambda: cut(text, 50))  # some 5 µs a character

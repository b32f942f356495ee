"""A reader never lacks and never repeats a character, whatever it hears twice, late, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.messages.events import Delta
from conversations.replies.cursor import Cursor, MissedPieces
from conversations.replies.hub import LiveText

TEXT = "The lamp costs forty euros."


def piece(start: int, end: int, attempt: int = 1) -> Delta:
    return Delta("answer", attempt, start, TEXT[start:end])


spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)


@given(st.lists(spans, max_size=30))
def test_pieces_in_any_order_and_number_give_the_text_once(heard):
    cursor, read = Cursor(1), ""
    for start, end in heard:
        try:
            read += cursor.next_of(piece(start, end))
        except MissedPieces:
            assert start > len(read)
        assert read == TEXT[: len(read)]
    read += cursor.rest_of(TEXT)

    assert read == TEXT


def test_what_does_not_follow_is_a_gap_and_nothing_is_read():
    cursor = Cursor(1)

    with pytest.raises(MissedPieces):
        cursor.next_of(piece(4, 8))
    assert cursor.offset == 0


def test_a_gap_is_closed_from_the_text_so_far():
    cursor, live = Cursor(1), LiveText("session", 1)
    cursor.next_of(piece(0, 3))
    live.append(piece(0, 8))

    assert cursor.catch_up(live) == TEXT[3:8]
    assert cursor.catch_up(live) == ""


def test_the_text_so_far_of_another_attempt_closes_no_gap():
    live = LiveText("session", 2)
    live.append(piece(0, 8, attempt=2))

    assert Cursor(1).catch_up(live) == ""
    assert Cursor(1).catch_up(None) == ""


def test_a_newer_attempt_makes_what_was_read_void_and_an_older_one_is_not_read_again():
    cursor = Cursor(1)
    cursor.next_of(piece(0, 8))

    with pytest.raises(MissedPieces):
        cursor.next_of(piece(0, 4, attempt=2))
    assert cursor.turn_to(2)
    assert not cursor.turn_to(2)
    assert cursor.next_of(piece(0, 4, attempt=1)) == ""
    assert cursor.next_of(piece(0, 4, attempt=2)) == TEXT[:4]


def test_a_new_attempt_of_what_was_not_read_yet_makes_nothing_void():
    assert not Cursor(1).turn_to(2)


def test_an_end_is_news_once_and_nothing_of_its_attempt_is_read_after_it():
    cursor = Cursor(1)

    assert cursor.end(1)
    assert not cursor.end(1)
    assert not cursor.end(0)
    assert cursor.is_past(1)
    assert cursor.next_of(piece(0, 4)) == ""


def test_an_answer_that_is_made_anew_after_its_end_begins_at_nothing():
    cursor = Cursor(1)
    cursor.next_of(piece(0, 8))
    cursor.end(1)

    assert not cursor.is_past(2)
    assert not cursor.turn_to(2)  # the whole old text is shown, not half of it: nothing to take back
    assert (cursor.offset, cursor.has_ended) == (0, False)
    assert cursor.end(2)


def test_a_reader_is_told_of_thinking_until_there_is_text():
    cursor = Cursor(1, is_thinking=True)
    cursor.next_of(piece(0, 0))
    assert cursor.is_thinking

    cursor.next_of(piece(0, 4))
    assert not cursor.is_thinking

"""Comparing two prompts."""

from __future__ import annotations

from agents.staff.prompt_diff import compare, count
from fakes.effort import within_effort


def shape(old: str, new: str) -> list[tuple[str, str]]:
    return [(line.kind, "".join(piece.text for piece in line.pieces)) for line in compare(old, new)]


def test_the_same_text_has_no_lines():
    assert compare("a\nb", "a\nb") == []


def test_removed_lines_come_before_added_ones():
    assert shape("a\nb\nc", "a\nx\nc") == [("same", "a"), ("removed", "b"), ("added", "x"), ("same", "c")]


def test_lines_far_from_a_change_are_counted_not_shown():
    old = "\n".join(str(n) for n in range(20))

    lines = compare(old, old.replace("10", "ten"))

    assert (lines[0].kind, lines[0].skipped) == ("gap", 7)
    assert (lines[-1].kind, lines[-1].skipped) == ("gap", 6)


def test_numbers_are_those_of_each_version():
    lines = compare("a\nb", "new\na\nb")

    assert [(line.old_number, line.new_number) for line in lines] == [(None, 1), (1, 2), (2, 3)]


def test_only_the_words_that_changed_are_marked():
    removed, added = compare("Keep answers to five sentences.", "Keep answers to three sentences.")

    assert [piece.text for piece in removed.pieces if piece.is_changed] == ["five"]
    assert [piece.text for piece in added.pieces if piece.is_changed] == ["three"]


def test_a_rewritten_line_is_not_marked_word_by_word():
    removed, added = compare("Alpha beta gamma delta", "One two three four five")

    assert not any(piece.is_changed for piece in (*removed.pieces, *added.pieces))


def test_an_empty_text_is_all_added():
    assert count(compare("", "a\nb")) == (2, 0)


def test_the_largest_prompt_is_compared_in_a_second():
    old = "\n".join(f"Line {n} says {n * 7919 % 1000}." for n in range(4_000))
    new = old.replace("says 5", "states 5")

    assert within_effort(1, lambda: compare(old, new))

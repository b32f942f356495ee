"""What of an answer was heard: told from its clauses and from what was played."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.live.heard import Spoken, heard_text

LAMP = [
    Spoken("The Aurora lamp is ours.", 0, 2400, is_whole=True),
    Spoken("It costs ninety euros today.", 2400, 2800, is_whole=True),
]


@pytest.mark.parametrize(
    ("played_ms", "heard"),
    [
        (0, ""),
        (150, ""),
        (300, "The"),
        (1100, "The Aurora"),
        (2399, "The Aurora lamp is"),
        (2400, "The Aurora lamp is ours."),
        (3000, "The Aurora lamp is ours. It"),
        (4000, "The Aurora lamp is ours. It costs ninety"),
        (5200, "The Aurora lamp is ours. It costs ninety euros today."),
        (999_999, "The Aurora lamp is ours. It costs ninety euros today."),
        (-5, ""),
    ],
)
def test_it_ends_with_a_whole_word(played_ms, heard):
    assert heard_text(LAMP, played_ms, sent_ms=5200) == heard


def test_no_more_counts_than_was_sent():
    assert heard_text(LAMP, played_ms=5200, sent_ms=2400) == "The Aurora lamp is ours."


def test_a_clause_whose_sound_is_still_made_is_reckoned_by_its_length():
    clause = Spoken("one two three four five six seven", 0, made_ms=400)

    assert heard_text([clause], 400, 400) == "one"


def test_a_clause_without_sound_counts_once_the_one_before_it_was_heard():
    clauses = [Spoken("Look here.", 0, 800, is_whole=True), Spoken("| a | b |", 800, 0, is_whole=True)]
    after = [*clauses, Spoken("That is all.", 800, 800, is_whole=True)]

    assert heard_text(after, 800, 1600) == "Look here."
    assert heard_text(after, 1600, 1600) == "Look here. | a | b | That is all."


def test_a_script_without_spaces_is_cut_at_a_character():
    assert heard_text([Spoken("これはとても明るいランプです", 0, 1400, is_whole=True)], 700, 1400) == "これはとても明"


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=30), st.integers(0, 3000)), max_size=5),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_more_played_is_never_less_heard(clauses, one_ms, other_ms):
    spoken, start_ms = [], 0
    for text, length_ms in clauses:
        spoken.append(Spoken(text, start_ms, length_ms, is_whole=True))
        start_ms += length_ms

    less, more = (heard_text(spoken, ms, start_ms) for ms in sorted([one_ms, other_ms]))

    assert more.startswith(less)

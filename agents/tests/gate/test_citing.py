"""A model names the passages it answers from by numbers; nobody sees these, and only those that were given count."""

import pytest

from agents.llm.gate.citing import Markers
from agents.tests.gate.asking import heard, request


@pytest.mark.parametrize(
    ("text", "left", "cited"),
    [
        ("It costs 40 dollars [1].", "It costs 40 dollars.", (0,)),
        ("It costs 40 dollars.[1][2]", "It costs 40 dollars.", (0, 1)),
        ("Both [1, 2] do.", "Both do.", (0, 1)),
        ("Both [2; 1] do.", "Both do.", (1, 0)),
        ("Note [^2].", "Note.", (1,)),
        ("As stated【2†source】.", "As stated.", (1,)),
        ("Made up [9].", "Made up.", ()),
        ("Zero [0] and [3].", "Zero and.", ()),
        ("A [1](https://x.example) link", "A [1](https://x.example) link", ()),
        ("An [x] and [12345]", "An [x] and [12345]", ()),
        ("- [ ] to do", "- [ ] to do", ()),
        ("a[1]b", "a[1]b", ()),
    ],
)
def test_markers_are_taken_out_and_told(text, left, cited):
    assert Markers(2).taken_out(text) == (left, cited)


@pytest.mark.parametrize("checks", [True, False])
@pytest.mark.parametrize("chars", [1, 3, 1000])
def test_no_piece_of_an_answer_holds_a_marker(chars, checks):
    found = heard("Brass is 40 dollars [1]. We deliver [2][7]. Ask! [1]", request(checks_answers=checks), chars=chars)

    assert found.text.rstrip() == "Brass is 40 dollars. We deliver. Ask!"
    assert not any("[" in piece for piece in found.pieces)
    assert found.cited == (0, 1)


def test_a_sentence_that_was_withheld_cites_nothing():
    found = heard("Brass is 45 dollars [1]. We deliver [2].")

    assert found.cited == (1,)


def test_an_answer_that_names_no_passage_says_nothing_of_them():
    assert heard("Hello there.").cited is None

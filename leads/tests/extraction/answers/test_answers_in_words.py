"""The visitor's own words as the answer to a question for text."""

from __future__ import annotations

import pytest

from leads.tests.extraction.sale import values


def test_a_text_is_the_answer_to_its_question_alone() -> None:
    assert values("An old Jura. What does yours cost?", asked="today") == {"today": "An old Jura"}
    assert values("An old Jura") == {}
    assert values("thanks!", asked="today") == {}


@pytest.mark.parametrize("text", ["my boss makes it in a French press", "it varies, mostly a Krups"])
def test_an_answer_in_words_that_speaks_of_others_is_none_the_less_one(text: str) -> None:
    assert values(text, "today") == {"today": text}


def test_an_answer_ends_where_another_question_is_answered() -> None:
    assert values("a big French press. We're 12 people by the way.", "today") == {
        "today": "a big French press", "people": "12",
    }  # fmt: skip

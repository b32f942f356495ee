"""Choices that are answered by a word of their own or by their place."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

LEVEL = QuestionData(
    "level", "Level", "Which level are you at?", Kind.CHOICE, choices=("Beginner", "Intermediate", "Advanced")
)
HOUSE = QuestionData("house", "Owner", "Do you own the house or rent it?", Kind.CHOICE, choices=("Own", "Rent"))
FORMAT = QuestionData("format", "Format", "Online or on site?", Kind.CHOICE, choices=("Online", "On site"))


@pytest.mark.parametrize(
    ("text", "question", "choice"),
    [
        ("total newbie", LEVEL, "Beginner"),
        ("so not a total newbie, I'd say the middle one", LEVEL, "Intermediate"),
        ("bought it in 2012", HOUSE, "Own"),
        ("I inherited the house", HOUSE, "Own"),
        ("the middle one", FORMAT, None),
    ],
)
def test_a_choice_is_answered_in_few_words(text: str, question: QuestionData, choice: str | None) -> None:
    found = read(text, (question,), asked=question.key, at=AT)

    assert next((each.value for each in found), None) == choice


def test_where_lessons_are_taken_is_told_unasked() -> None:
    found = read("I'd want to do it from home, in the evening", (LEVEL, FORMAT), at=AT)

    assert [each.value for each in found] == ["Online"]

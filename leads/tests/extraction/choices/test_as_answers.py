"""Choices that are told in words which mean them only behind their question, or only of the visitor's own."""

from __future__ import annotations

import pytest

from leads.extraction.reading import read
from leads.terms import Kind, QuestionData
from leads.tests.extraction.sale import AT

LANGUAGES = ("en", "de", "fr", "es")
HOME = (
    QuestionData("ownership", "Owner", "Do you own the house or rent it?", Kind.CHOICE, choices=("Own", "Rent")),
    QuestionData("lessons", "Format", "Online or on site?", Kind.CHOICE, choices=("Online", "On site")),
    QuestionData("often", "How often", "How often?", Kind.CHOICE, choices=("Weekly", "Monthly", "Once")),
    QuestionData("level", "Level", "Which level?", Kind.CHOICE, choices=("Beginner", "Intermediate", "Advanced")),
)


def chosen(text: str, asked: str = "") -> dict[str, str]:
    return {each.key: each.value for each in read(text, HOME, asked=asked, at=AT, languages=LANGUAGES)}


@pytest.mark.parametrize(
    ("text", "asked", "choice"),
    [
        ("it's ours", "ownership", "Own"),
        ("there's a landlord", "ownership", "Rent"),
        ("We own the place.", "", "Own"),
        ("The neighbours rent, we own it.", "", "Own"),
        ("from home", "lessons", "Online"),
        ("at your office", "lessons", "On site"),
        ("once a week", "often", "Weekly"),
        ("once a month", "often", "Monthly"),
        ("just a one-off", "often", "Once"),
        ("starting from scratch", "level", "Beginner"),
        ("my neighbour rents", "", None),
        ("do I need to own the house?", "", None),
    ],
)
def test_choices_are_answered_in_other_words(text: str, asked: str, choice: str | None) -> None:
    assert next(iter(chosen(text, asked).values()), None) == choice

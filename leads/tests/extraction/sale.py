"""The questions that the tests of reading ask, and a short way to read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from leads.extraction.reading import read
from leads.terms import FoundFact, Kind, KnownFact, QuestionData

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # a Wednesday

QUESTIONS = (
    QuestionData("people", "People who drink coffee", "How many people drink coffee in your office?", Kind.NUMBER),
    QuestionData("budget", "Budget", "What budget do you have in mind?", Kind.MONEY),
    QuestionData("start", "Start", "When would you like to start?", Kind.DATE),
    QuestionData("machine", "Machine", "Which machine?", Kind.CHOICE, choices=("Bean to cup", "Filter", "Capsules")),
    QuestionData("invoice", "Invoice", "Do you need an invoice?", Kind.CHOICE, choices=("Yes", "No")),
    QuestionData("today", "Used today", "What do you use for coffee today?", Kind.TEXT),
)


def facts(text: str, asked: str = "", **more: Any) -> tuple[FoundFact, ...]:
    """What is read out of a message of this sale, in Britain, in English unless said otherwise."""
    return read(text, QUESTIONS, asked=asked, **({"at": AT, "country": "GB"} | more))


def values(text: str, asked: str = "", **more: Any) -> dict[str, str]:
    """The same, as values by key."""
    return {each.key: each.value for each in facts(text, asked, **more)}


def known(**given: tuple[Kind, str, int]) -> dict[str, KnownFact]:
    """Stored facts: `people=(Kind.NUMBER, "40", 3)`."""
    return {key: KnownFact(key, kind, value, seq) for key, (kind, value, seq) in given.items()}

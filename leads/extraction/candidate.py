"""A value that was read and the question it seems to answer, before it is decided which of several is the fact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from leads.terms import FoundFact, Kind, QuestionData


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where the words stand in characters, and how sure the reading is, 0 to 1."""

    key: str
    kind: Kind
    value: str
    start: int
    end: int
    confidence: float
    is_correction: bool = False
    is_declined: bool = False

    def corrected(self) -> Candidate:
        """The same, said to replace what was said before."""
        return replace(self, is_correction=True)

    def fact(self, text: str) -> FoundFact:
        """With its words, as they stand in the text."""
        return FoundFact(
            key=self.key, kind=self.kind, value=self.value, words=text[self.start : self.end], start=self.start,
            confidence=self.confidence, is_declined=self.is_declined, is_correction=self.is_correction,
        )  # fmt: skip


def best_of_each(candidates: list[Candidate]) -> list[Candidate]:
    """One for each key: the last correction, else the surest, else the first; in the order of the text."""
    best: dict[str, Candidate] = {}
    for each in sorted(candidates, key=lambda one: one.start):
        other = best.get(each.key)
        if (
            not other
            or (each.is_correction, each.confidence) > (other.is_correction, other.confidence)
            or (each.is_correction and other.is_correction)
        ):
            best[each.key] = each
    return sorted(best.values(), key=lambda one: (one.start, one.key))


def question_of(kind: Kind, questions: tuple[QuestionData, ...], asked: str) -> QuestionData | None:
    """The agent's question of a kind: the one that was asked, else the first."""
    of_kind = [each for each in questions if each.kind == kind]
    return next((each for each in of_kind if each.key == asked), of_kind[0] if of_kind else None)

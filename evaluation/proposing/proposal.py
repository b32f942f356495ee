"""A proposed case with the passage that supports it, and the check that a proposal must pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evaluation.phrases import folded, is_in, is_pattern

MIN_QUESTION_CHARS, MAX_QUESTION_CHARS = 5, 300
MAX_PHRASES, MAX_PHRASE_CHARS = 3, 100


@dataclass(frozen=True, slots=True)
class Untouched:
    """A passage that no case touches."""

    chunk: int
    document_id: str
    document: str
    heading: str
    text: str

    @property
    def place(self) -> str:
        """Its headings, after the document's name unless they begin with it."""
        is_said = self.heading.startswith(self.document)
        return self.heading if is_said else " › ".join(filter(None, (self.document, self.heading)))

    @property
    def title(self) -> str:
        """The innermost heading, or the document's name."""
        return self.heading.split(" › ")[-1].strip() or self.document


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that a visitor might ask, and what its answer must say according to the passage."""

    passage: Untouched
    question: str
    must: tuple[str, ...]
    made_by: Literal["model", "rules"]


def is_borne_out(proposal: Proposal, known: Iterable[str] = ()) -> bool:
    """Whether the passage contains all it expects, and its question neither gives the answer away nor is `known`.

    `known` are the folded questions of existing cases.
    """
    question = folded(proposal.question)
    return (
        MIN_QUESTION_CHARS <= len(proposal.question) <= MAX_QUESTION_CHARS
        and 0 < len(proposal.must) <= MAX_PHRASES
        and all(_stands(phrase, proposal.passage.text, question) for phrase in proposal.must)
        and question not in set(known)
    )


def _stands(phrase: str, text: str, question: str) -> bool:
    if not phrase.strip() or len(phrase) > MAX_PHRASE_CHARS or is_pattern(phrase):
        return False
    return is_in(phrase, text) and folded(phrase) not in question

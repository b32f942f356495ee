"""Scores how well each sentence of the found passages answers the question, and how sure it is that one does.

With vectors: late interaction over MiniLM's token vectors. Without: weighted word overlap. Figures:
docs/built-in-answers.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from agents.llm.builtin.evidence.confidence import confidence_features
from agents.llm.builtin.evidence.features import coverage, stems_of, unit_features
from agents.llm.builtin.evidence.weights import in_use
from agents.llm.builtin.question.question import TRAIL, AskedQuestion, heading_of
from agents.llm.request import Passage
from language import cross_encoder
from language.blocks import Unit
from language.words import word_share

__all__ = [
    "TRAIL",
    "AskedQuestion",
    "Evidence",
    "Scored",
    "heading_of",
    "place_of_sentence",
    "read_together",
    "uses_vectors",
    "weigh",
]
READ = "read_together"  # the feature that the cross-encoder gives; 0, which is even odds, until it has read


@dataclass(slots=True)
class Scored:
    """One sentence with its features and its score among all sentences of the request."""

    passage: int
    at: int  # index among the passage's units
    unit: Unit
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All scored sentences, best first, and what the best passage covers of the question."""

    scored: list[Scored]
    confidence: float
    features: dict[str, float]
    covered: dict[str, float]  # content word -> how well the best passage covers it, 0 to 1


def uses_vectors(question: AskedQuestion, passages: Sequence[Passage]) -> bool:
    """Whether question and all passages have vectors. If only some passages have, the others would rank too low."""
    return question.encoded is not None and bool(passages) and all(passage.sentences for passage in passages)


def weigh(question: AskedQuestion, passages: Sequence[Passage]) -> Evidence:
    """Scores every sentence of the passages; with vectors if question and passages have them."""
    if uses_vectors(question, passages):
        from agents.llm.builtin.evidence.late_interaction import weigh_with_vectors

        return weigh_with_vectors(question, passages)
    return _weigh_words(question, passages)


def read_together(question: AskedQuestion, passages: Sequence[Passage], evidence: Evidence) -> Evidence:
    """The evidence once a model has read the question with the best passage; the same without vectors."""
    reader = cross_encoder.loaded() if uses_vectors(question, passages) and evidence.scored else None
    if reader is None:
        return evidence
    best = evidence.scored[0]
    passage = passages[best.passage]
    heading = passage.heading.replace(TRAIL, ", ")
    read = reader.log_odds(question.text, heading, passage.text, best.unit.text)
    features = evidence.features | {READ: read}
    return replace(evidence, features=features, confidence=in_use(vectors=True).log_odds(features))


def _weigh_words(question: AskedQuestion, passages: Sequence[Passage]) -> Evidence:
    weights = in_use(vectors=False)
    scored: list[Scored] = []
    best_score = max((passage.score for passage in passages), default=0.0) or 1.0
    for number, passage in distinct(passages):
        whole = coverage(question.content, question.weights, f"{passage.heading} {passage.text}")
        for at, (unit, features) in enumerate(unit_features(question, passage)):
            features |= {"passage_covered": whole, "passage_score": passage.score / best_score}
            scored.append(Scored(number, at, unit, features, weights.score(features)))
    scored.sort(key=lambda found: -found.score)
    if not scored:
        return Evidence([], -9.0, {}, {})
    passage = passages[scored[0].passage]
    held = stems_of(f"{passage.heading} {passage.text}")
    covered = {word: word_share(word, held) for word in question.content}
    features = confidence_features(question, passages, scored, covered)
    return Evidence(scored, weights.log_odds(features), features, covered)


def distinct(passages: Sequence[Passage]) -> Iterator[tuple[int, Passage]]:
    """Yields each text once, with its first place: a footer of every page must not count as several answers."""
    seen: set[tuple[str, str]] = set()
    for number, passage in enumerate(passages):
        key = (passage.heading, passage.text)
        if key not in seen:
            seen.add(key)
            yield number, passage


def place_of_sentence(passage: Passage, unit: Unit, at: int) -> int:
    """The index of a unit's stored sentence: the same index, or found by its text if the splitter changed after
    indexing; 0, the index of the whole passage, if there is none."""
    stored = passage.sentences
    if at + 1 < len(stored) and stored[at + 1].text == unit.text:
        return at + 1
    return next((place for place, sentence in enumerate(stored) if place and sentence.text == unit.text), 0)

"""MaxSim over MiniLM's own token vectors: each word of the question against the best word of a sentence or passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.llm.builtin.confidence import confidence_features, log_odds
from agents.llm.builtin.evidence import Evidence, Scored, distinct, sentence_for, weighted
from agents.llm.builtin.features import unit_features
from agents.llm.builtin.question import Question
from agents.llm.builtin.words import STOP_WORDS, WORD, plain_word, rarity, words
from agents.llm.embeddings import INT8_SCALE
from agents.llm.request import Passage

# Fitted by listwise softmax on the clinic, saas and bikes questions, drawn towards an older fit on three other sites.
RANK = {"us": 3.5, "ub": 2.9, "e1": 1.8, "ms": 4.2, "cov": 1.6, "topic": 0.55, "type": 1.0, "notype": -0.55,
        "kinds": 0.6, "kindtopic": 1.35, "kindhead": 0.3, "heading": 0.6, "opening": 2.1, "label": 0.55, "named": 1.1,
        "qhead": 0.3, "negated": 1.1, "listed": 1.45, "row": 0.25, "excl": -0.6, "special": -0.9, "short": -0.35,
        "isq": -0.7, "lead": -0.5, "len": 1.5, "top1": 0.8, "code": 2.0}  # fmt: skip


def weigh_with_vectors(question: Question, passages: Sequence[Passage]) -> Evidence:
    asked = _Asked(question)
    vectors = [_Near.of(passage, asked.vector) for passage in passages]
    top = max(range(len(passages)), key=lambda at: vectors[at].fused)
    scored: list[Scored] = []
    for number, passage in distinct(passages):
        for at, (unit, features) in enumerate(unit_features(question, passage)):
            sentence = sentence_for(passage, unit, at)
            if sentence is None or not len(sentence.token_ids):
                continue
            features["us"] = float(sentence.vector @ asked.vector)
            features["ub"] = float(sentence.bare_vector @ asked.vector)
            features["e1"] = vectors[number].whole
            features["ms"] = asked.max_sim(sentence.token_vectors)
            features["top1"] = float(number == top)
            scored.append(Scored(number, at, unit, features, weighted(features, RANK)))
    if not scored:
        return Evidence([], -9.0, {}, {})
    scored.sort(key=lambda found: -found.score)
    passage = passages[scored[0].passage]
    covered = asked.covered_by(passage)
    features = confidence_features(question, passages, scored, covered)
    features |= {"minsoft": asked.worst(covered, question.own), "near": vectors[top].fused}
    return Evidence(scored, log_odds(features, vectors=True), features, covered)


@dataclass(frozen=True, slots=True)
class _Near:
    """Cosines of one passage: as a whole, and fused with its best sentence as the search does."""

    whole: float
    fused: float

    @classmethod
    def of(cls, passage: Passage, vector: Any) -> _Near:
        whole = float(passage.sentences[0].vector @ vector)
        best = max(float(sentence.vector @ vector) for sentence in passage.sentences)
        return cls(whole, 0.5 * whole + 0.5 * best)


class _Asked:
    """The question's token vectors with the weight of each token and the word it belongs to."""

    def __init__(self, question: Question):
        import numpy as np

        if question.encoded is None:
            raise ValueError("The question was not encoded.")
        self.vector = question.encoded.vector
        self._tokens = question.encoded.token_vectors
        words_at = {match.start(): match for match in WORD.finditer(question.text)}
        self._word_of: list[str] = []
        for start in question.encoded.token_words:
            match = next((m for at, m in words_at.items() if at <= start < m.end()), None)
            self._word_of.append(plain_word(match.group()) if match else "")
        weights = [question.weights.get(word, self._weight(word)) for word in self._word_of]
        self._weights = np.asarray(weights, np.float32)

    @staticmethod
    def _weight(word: str) -> float:
        return 0.15 if not word or word in STOP_WORDS else rarity(word)  # 0.15: docs/built-in-answers.md

    def max_sim(self, tokens: Any) -> float:
        """Weighted mean over the question's tokens of the best match among `tokens` (int8)."""
        best = self._best(tokens)
        return float((best * self._weights).sum() / max(self._weights.sum(), 1e-6))

    def _best(self, tokens: Any) -> Any:
        return (self._tokens @ tokens.T.astype("f4") / INT8_SCALE).max(1)

    def covered_by(self, passage: Passage) -> dict[str, float]:
        """How near the passage comes to each content word: the worst of the word's pieces, each at its best match."""
        import numpy as np

        tokens = np.concatenate([sentence.token_vectors for sentence in passage.sentences])
        best = self._best(tokens) if len(tokens) else np.zeros(len(self._word_of), np.float32)
        covered: dict[str, float] = {}
        for word, near in zip(self._word_of, best, strict=True):
            if word and word not in STOP_WORDS:
                covered[word] = min(covered.get(word, 1.0), float(near))
        return covered

    def worst(self, covered: dict[str, float], own: Sequence[str]) -> float:
        """The least covered word of the visitor's last message."""
        mine = {part for word in own for part in words(word)} | set(own)
        known = [near for word, near in covered.items() if word in mine] or list(covered.values())
        return min(known, default=0.5)

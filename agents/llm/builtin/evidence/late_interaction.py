"""MaxSim over MiniLM's token vectors: compares each word of the question with the most similar word of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agents.llm.builtin.evidence.confidence import confidence_features
from agents.llm.builtin.evidence.features import stems_of, unit_features
from agents.llm.builtin.evidence.weighing import READ, Evidence, Scored, distinct, place_of_sentence
from agents.llm.builtin.evidence.weights import in_use
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import Passage
from language.embeddings import INT8_SCALE, Sentence
from language.words import STOP_WORDS, WORD, plain_word, rarity, word_share, words

NOTHING_ASKED = 0.5  # similarity of any passage to a question without content words


def weigh_with_vectors(question: AskedQuestion, passages: Sequence[Passage]) -> Evidence:
    asked, weights = _Asked(question), in_use(vectors=True)
    vectors = [_Near.of(passage, asked.vector) for passage in passages]
    top = max(range(len(passages)), key=lambda at: vectors[at].fused)
    best_found = max((passage.score for passage in passages), default=0.0) or 1.0
    scored: list[Scored] = []
    for number, passage in distinct(passages):
        near = asked.best(sentence.token_vectors for sentence in passage.sentences[1:])
        of_passage = {
            "passage_cosine": vectors[number].whole,
            "passage_token_match": asked.share(near.max(0)) if len(near) else 0.0,
            "passage_score": passage.score / best_found,
            "in_nearest_passage": float(number == top),
        }
        for at, (unit, features) in enumerate(unit_features(question, passage)):
            place = place_of_sentence(passage, unit, at)
            if not place or not len(passage.sentences[place].token_ids):
                continue
            sentence = passage.sentences[place]
            features |= of_passage
            features["sentence_cosine"] = float(sentence.vector @ asked.vector)
            features["bare_sentence_cosine"] = float(sentence.bare_vector @ asked.vector)
            features["token_match"] = asked.share(near[place - 1])
            scored.append(Scored(number, at, unit, features, weights.score(features)))
    if not scored:
        return Evidence([], -9.0, {}, {})
    scored.sort(key=lambda found: -found.score)
    passage = passages[scored[0].passage]
    covered = asked.covered_by(passage.sentences)
    features = confidence_features(question, passages, scored, covered)
    features |= {"worst_word_match": asked.worst(covered, question.own), "nearest_passage_cosine": vectors[top].fused}
    features |= _of_best(asked, question, passage, scored[0]) | {READ: 0.0}
    scores, fused = [passage.score for passage in passages], [one.fused for one in vectors]
    features["search_lead"] = search_lead(scores, fused, scored[0].passage)
    return Evidence(scored, weights.log_odds(features), features, covered)


FEW_FOUND = 6  # passages; among fewer, the last one may be good as well
USUAL_LEAD = 0.4  # the median for answerable questions on sites with more passages than that
# The search's lead may be at most this many times that of vectors: with several questions it may belong to another one.
BEYOND_VECTORS = 2.0


def search_lead(scores: Sequence[float], near: Sequence[float], best: int) -> float:
    """How far the best passage is ahead of the last one that the search found. It is small if no page has the answer.

    `scores` are those of the search, `near` those of vectors alone.
    """
    if len(scores) < FEW_FOUND:
        return min(scores[best], BEYOND_VECTORS * near[best], USUAL_LEAD)
    return min(scores[best] - min(scores), BEYOND_VECTORS * (near[best] - min(near)))


def _of_best(asked: _Asked, question: AskedQuestion, passage: Passage, best: Scored) -> dict[str, float]:
    """Features of how similar the best sentence, with its headings, is to the words of the question."""
    sentence = passage.sentences[place_of_sentence(passage, best.unit, best.at)]
    near = asked.of_last(asked.covered_by([sentence]), question.own)
    held = stems_of(f"{passage.document} {passage.heading} {best.unit.context} {best.unit.text}")
    unsaid = [share for word, share in near.items() if not word_share(word, held)]
    return {
        "bare_sentence_cosine": best.features["bare_sentence_cosine"],
        "second_worst_word_match": sorted(near.values())[:2][-1] if near else NOTHING_ASKED,
        "worst_unsaid_word_match": min(unsaid, default=1.0),
    }


@dataclass(frozen=True, slots=True)
class _Near:
    """Cosines of one passage: of the whole, and averaged with its best sentence, as in the search."""

    whole: float
    fused: float

    @classmethod
    def of(cls, passage: Passage, vector: Any) -> _Near:
        whole = float(passage.sentences[0].vector @ vector)
        best = max(float(sentence.vector @ vector) for sentence in passage.sentences)
        return cls(whole, 0.5 * whole + 0.5 * best)


class _Asked:
    """The question's token vectors with the weight of each token and the word it belongs to."""

    def __init__(self, question: AskedQuestion):
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

    def share(self, best: Any) -> float:
        """Weighted mean over the question's tokens of their best matches."""
        return float((best * self._weights).sum() / max(self._weights.sum(), 1e-6))

    def best(self, sentences: Iterable[Any]) -> Any:
        """The best match of each of the question's tokens (columns) in each sentence's tokens (int8; rows)."""
        import numpy as np

        found = [self._best(tokens) if len(tokens) else np.zeros(len(self._weights)) for tokens in sentences]
        return np.stack(found) if found else np.zeros((0, len(self._weights)))

    def _best(self, tokens: Any) -> Any:
        return (self._tokens @ tokens.T.astype("f4") / INT8_SCALE).max(1)

    def covered_by(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """How well the sentences match each content word: the best match of each token, and of these the worst."""
        import numpy as np

        tokens = np.concatenate([sentence.token_vectors for sentence in sentences])
        best = self._best(tokens) if len(tokens) else np.zeros(len(self._word_of), np.float32)
        covered: dict[str, float] = {}
        for word, near in zip(self._word_of, best, strict=True):
            if word and word not in STOP_WORDS:
                covered[word] = min(covered.get(word, 1.0), float(near))
        return covered

    def of_last(self, covered: dict[str, float], own: Sequence[str]) -> dict[str, float]:
        """Keeps only the words of the visitor's last message; all words if none of them is in `covered`."""
        mine = {part for word in own for part in words(word)} | set(own)
        return {word: near for word, near in covered.items() if word in mine} or covered

    def worst(self, covered: dict[str, float], own: Sequence[str]) -> float:
        """How well the least covered word of the visitor's last message is covered."""
        return min(self.of_last(covered, own).values(), default=NOTHING_ASKED)

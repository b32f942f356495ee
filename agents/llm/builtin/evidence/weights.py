"""The fitted numbers of the built-in answerer, read from weights.json. `python -m bench.answers.fit --write` makes that
file, `--check` compares it; bench/answers/README.md says which questions it is fitted on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")
MODES = {True: "with_vectors", False: "words_only"}  # by whether there are vectors


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of one mode by feature name. `sentence_score` ranks sentences; `confidence` and its bias give the
    log odds that the best of them answers."""

    sentence_score: Mapping[str, float]
    confidence: Mapping[str, float]
    confidence_bias: float

    def score(self, features: Mapping[str, float]) -> float:
        """The score of a sentence, to compare it with other sentences for the same question."""
        return _weighted(features, self.sentence_score)

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The log odds that the best sentence answers the question."""
        return self.confidence_bias + _weighted(features, self.confidence)


def _weighted(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in weights.items())


_tried: dict[bool, Weights] = {}


def in_use(*, vectors: bool) -> Weights:
    """The weights of the file, with or without vectors; inside `trying`, the weights given there."""
    return _tried.get(vectors) or shipped(vectors=vectors)


@cache
def shipped(*, vectors: bool) -> Weights:
    """The weights of the file."""
    return read(FILE, vectors=vectors)


def read(file: Path, *, vectors: bool) -> Weights:
    """The weights of one mode from a file like weights.json."""
    return Weights(**json.loads(file.read_text("utf-8"))[MODES[vectors]])


@contextmanager
def trying(weights: Weights, *, vectors: bool) -> Iterator[None]:
    """Uses other weights in the whole process while the block runs; for benchmarks and tests only."""
    _tried[vectors] = weights
    try:
        yield
    finally:
        _tried.pop(vectors, None)

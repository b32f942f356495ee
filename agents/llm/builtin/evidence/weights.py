"""The fitted numbers of the built-in answerer, read from weights.json. `python -m bench.answers.fit --write` makes that
file, `--check` tells whether it is the same; docs/built-in-answers.md says from which questions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")
MODES = {True: "with_vectors", False: "words_only"}  # by whether vectors are there


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of one mode by feature name. `sentence_score` ranks sentences; `confidence` and its bias give the
    log odds that the best of them answers."""

    sentence_score: Mapping[str, float]
    confidence: Mapping[str, float]
    confidence_bias: float

    def score(self, features: Mapping[str, float]) -> float:
        """How well a sentence answers, compared with other sentences of the same question."""
        return _weighted(features, self.sentence_score)

    def log_odds(self, features: Mapping[str, float]) -> float:
        """How likely the best sentence answers."""
        return self.confidence_bias + _weighted(features, self.confidence)


def _weighted(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in weights.items())


_tried: dict[bool, Weights] = {}


def in_use(*, vectors: bool) -> Weights:
    """The weights of the file, with or without vectors; within `trying` those that are tried."""
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
    """Answers with other weights, to measure them; for the whole process, so for benchmarks and tests only."""
    _tried[vectors] = weights
    try:
        yield
    finally:
        _tried.pop(vectors, None)

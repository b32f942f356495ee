"""Embedding models that are told apart by their vectors: texts that share words are near each other, and the vectors of
two models have nothing to do with each other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from language.embeddings import DIMENSIONS, KEY_CHARS, Encoded
from language.words import stem, words


class WordModel:
    """In the place of a real one; remembers which texts it was given."""

    def __init__(self, name: str) -> None:
        self.key = name.ljust(KEY_CHARS, "-")
        self.passages: list[str] = []
        self.questions: list[str] = []
        self.dies_after: int | None = None  # so many runs over passages, as a process that is killed

    def encode(self, text: str) -> Encoded:
        self.questions.append(text)
        return self._encoded(text)

    def encode_tokens(self, texts: Sequence[str], *, threads: int = 1) -> list[Encoded]:
        if self.dies_after == 0:
            raise SystemExit
        if self.dies_after is not None:
            self.dies_after -= 1
        self.passages += texts
        return [self._encoded(text) for text in texts]

    def _encoded(self, text: str) -> Encoded:
        vector = np.full(DIMENSIONS, 0.01, np.float32)
        for word in words(text):
            seed = zlib.crc32(f"{self.key} {stem(word)}".encode())
            vector += np.random.default_rng(seed).standard_normal(DIMENSIONS, np.float32)
        none = np.zeros((0, DIMENSIONS), np.float32)
        return Encoded(vector / np.linalg.norm(vector), np.zeros(0, np.uint16), (), none)

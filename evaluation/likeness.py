"""Decides whether two questions ask the same: by meaning if there is an embedding model, else by words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.search import encoder
from language.words import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Measured on 20 questions of a shop: other words for the same question reach 0.77 or more, or so little (0.3) that no
# limit would help. Different questions stay below 0.68, unless only a name or number differs.
ALIKE = 0.76
_NAME = re.compile(r"(?<=[\w,] )[A-ZÄÖÜ][\w-]+")  # not at the beginning of a sentence
_NUMBER = re.compile(r"\d+")
JOINT = " – "  # between a question and the ones that it leans on: "Do you rent bikes? – And for children?"
MAX_CHARS = 300  # of a question that are compared


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question in the form in which it is compared."""

    text: str
    vector: bytes = b""  # 16-bit floats; empty without a model

    @classmethod
    def of(cls, text: str) -> Meaning:
        text = " ".join(text.split())[:MAX_CHARS]
        model = encoder()
        return cls(text, model.encode(text).vector.astype("<f2").tobytes() if model else b"")

    def is_like(self, other: Meaning) -> bool:
        if self.text.count(JOINT) != other.text.count(JOINT):
            return False  # what a follow-up leans on is not what it asks
        return self._is_like(other) and (JOINT not in self.text or self._last().is_like(other._last()))

    def _is_like(self, other: Meaning) -> bool:
        if set(_NUMBER.findall(self.text)) != set(_NUMBER.findall(other.text)):
            return False  # "is the Brook 90 dishwasher safe" is not the same question as for a Brook 60
        names, others = set(_NAME.findall(self.text)), set(_NAME.findall(other.text))
        if names and others and not names & others:
            return False
        if self.vector and len(self.vector) == len(other.vector):
            return float(_array(self.vector) @ _array(other.vector)) >= ALIKE
        words = set(content_words(self.text))
        if not words:  # "Why?" is not "How much?"
            return self.text.casefold() == other.text.casefold()
        return words == set(content_words(other.text))

    def _last(self) -> Meaning:
        return Meaning.of(self.text.rpartition(JOINT)[2])


def _array(vector: bytes) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(vector, "<f2").astype("f4")

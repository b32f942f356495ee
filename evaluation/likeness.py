"""Whether two questions ask the same, by their meaning where an embedding model is installed, else by their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.search import encoder
from language.words import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Measured on 20 questions of a shop: other words for the same reach 0.77 and more, or so little (0.3) that no limit
# would tell them from others; what is another question stays below 0.68, but for another name or number.
ALIKE = 0.76
_NAME = re.compile(r"(?<=[\w,] )[A-ZÄÖÜ][\w-]+")  # not at the beginning of a sentence
_NUMBER = re.compile(r"\d+")
MAX_CHARS = 300  # of a question that is compared; what comes after is a story


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is compared of a question."""

    text: str
    vector: bytes = b""  # of halves of floats; empty without a model

    @classmethod
    def of(cls, text: str) -> Meaning:
        text = " ".join(text.split())[:MAX_CHARS]
        model = encoder()
        return cls(text, model.encode(text).vector.astype("<f2").tobytes() if model else b"")

    def is_like(self, other: Meaning) -> bool:
        if set(_NUMBER.findall(self.text)) != set(_NUMBER.findall(other.text)):
            return False  # "is the Brook 90 dishwasher safe" and the same of a Brook 60 are two questions
        names, others = set(_NAME.findall(self.text)), set(_NAME.findall(other.text))
        if names and others and not names & others:
            return False
        if self.vector and len(self.vector) == len(other.vector):
            return float(_array(self.vector) @ _array(other.vector)) >= ALIKE
        words = set(content_words(self.text))
        if not words:  # "Why?" is not "How much?"
            return self.text.casefold() == other.text.casefold()
        return words == set(content_words(other.text))


def _array(vector: bytes) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(vector, "<f2").astype("f4")

"""Finds the passages that an answer is based on, to show as its sources when the model does not name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.llm.request import Passage
from language.blocks import plain, sentence_spans
from language.words import STOP_WORDS, rarity, stem, words

MIN_SHARE = 0.5  # a passage must hold at least this share of the weight of a sentence's words
MIN_WEIGHT = 1.5  # lighter sentences ("Let me know!") are not looked up
MAX_SOURCES = 3
REMEMBERED = 256  # passages in the cache, some 10 kB each: visitors ask about the same things
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def supporting(answer_text: str, passages: Sequence[Passage]) -> tuple[int, ...]:
    """Indices of the passages that hold the answer's numbers and rare words, strongest first, at most MAX_SOURCES."""
    known = [_known(passage.heading, passage.text) for passage in passages]
    support = [0.0] * len(passages)
    for line in answer_text.splitlines():
        for sentence in sentence_spans(plain(line)):
            _count(sentence, known, support)
    order = sorted((at for at, score in enumerate(support) if score > 0), key=lambda at: (-support[at], at))
    return tuple(order[:MAX_SOURCES])


@dataclass(frozen=True, slots=True)
class _Known:
    """Stems and numbers of one passage."""

    stems: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def _known(heading: str, passage_text: str) -> _Known:
    text = f"{heading}\n{plain(passage_text)}"
    return _Known(frozenset(stem(word) for word in words(text)), frozenset(_NUMBER.findall(text)))


def _count(sentence: str, known: list[_Known], support: list[float]) -> None:
    """Add to the support of the passage that holds most of the sentence, if it is enough and has all its numbers."""
    weights = {stem(word): rarity(word) for word in words(sentence) if word not in STOP_WORDS}
    numbers = frozenset(_NUMBER.findall(sentence))
    total = sum(weights.values())
    if total < MIN_WEIGHT and not numbers:
        return
    shares = []
    for at, passage in enumerate(known):
        found = sum(weight for word, weight in weights.items() if word in passage.stems)
        if numbers <= passage.numbers and total:
            shares.append((found / total, -at))
    if shares and max(shares)[0] >= MIN_SHARE:
        share, at = max(shares)
        support[-at] += share * total

"""Which passages an answer stands on, for the source chips of answers that do not say so themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.llm.request import Passage
from language.blocks import plain, sentence_spans
from language.words import STOP_WORDS, rarity, stem, words

MIN_SHARE = 0.5  # of the weight of an answer's sentence that has to be found in a passage
MIN_WEIGHT = 1.5  # sentences that say less ("Let me know!") point to nothing
MAX_SOURCES = 3
REMEMBERED = 256  # passages, some 10 kB each: visitors ask about the same things
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
    """Gives the sentence to the passage that holds most of it, if that is enough of it and all of its numbers."""
    weights = {stem(word): rarity(word) for word in words(sentence) if word not in STOP_WORDS}
    numbers = frozenset(_NUMBER.findall(sentence))
    total = sum(weights.values())
    if total < MIN_WEIGHT and not numbers:
        return
    shares = []
    for at, passage in enumerate(known):
        held = sum(weight for word, weight in weights.items() if word in passage.stems)
        if numbers <= passage.numbers and total:
            shares.append((held / total, -at))
    if shares and max(shares)[0] >= MIN_SHARE:
        share, at = max(shares)
        support[-at] += share * total

"""Decides whether two passages say the same in nearly the same words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from knowledge.conflicts.vocabulary import FILLER, LIMITS, canonical
from language.blocks import plain
from language.figures.reading import figures, normal
from language.words import WORD, words

SHINGLE_WORDS = 3
MIN_WORDS = 12  # shorter ones, such as "Contact us by telephone or e-mail", may be on every page
LIKENESS = 0.8  # share of common shingles: one word in thirty differs
SKETCH = 8  # smallest shingles of a passage; similar passages have most of them in common


def are_duplicates(one: str, other: str) -> bool:
    """Whether both say the same: the same figures, the same names, and nearly the same words."""
    first, second = shingles(one), shingles(other)
    if not first or not second or len(first & second) < LIKENESS * len(first | second):
        return False
    if _figures(one) != _figures(other):
        return False
    first_words, second_words = _written(one), _written(other)
    return not any(_tells((first_words | second_words)[said]) for said in first_words.keys() ^ second_words.keys())


@lru_cache(maxsize=4096)
def shingles(text: str) -> frozenset[int]:
    """Hashes of each three words in a row; none for a passage that is too short."""
    said = words(text)
    if len(said) < MIN_WORDS:
        return frozenset()
    return frozenset(hashed(said[at : at + SHINGLE_WORDS]) for at in range(len(said) - SHINGLE_WORDS + 1))


def hashed(said: Sequence[str]) -> int:
    """A hash that is the same in every process."""
    return int.from_bytes(blake2b(" ".join(said).encode(), digest_size=8).digest(), "little")


def _figures(text: str) -> list[tuple[str, tuple[float, ...], str, tuple[int, int, int]]]:
    return sorted((figure.kind, figure.values, figure.digits, figure.day) for figure in figures(normal(text)))


def _written(text: str) -> dict[str, str]:
    """Each word in lower case, with its original spelling."""
    return {match[0].casefold(): match[0] for match in WORD.finditer(plain(text))}


def _tells(word: str) -> bool:
    """Whether a word that only one passage has changes the meaning: a name, a number, a condition, a negation."""
    said = canonical(word.casefold())
    if any(map(str.isdigit, word)) or said in LIMITS or said in ("not", "no", "nicht", "kein", "keine"):
        return True
    return word[:1].isupper() and said not in FILLER

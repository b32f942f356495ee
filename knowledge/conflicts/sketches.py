"""Keys of passages, which decide which passages of two documents are compared.

The keys are the most telling words of each statement, with its kind, and the smallest shingles of the passage. Passages
without a common key are never compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.conflicts.duplicates import SKETCH, hashed, shingles
from knowledge.conflicts.statements import Statement
from language.words import rarity

KEY = [("key", "<u8"), ("position", "<u4")]  # what numpy calls a structured type
WORDS_A_STATEMENT = 3  # the rarest words of its frame
COMMON = 60  # a key that so many passages share says nothing
SHARED_SHINGLES = 3
MAX_CANDIDATES = 24  # for one passage: those that share the most keys


def sketch(passages: Iterable[tuple[int, str, Iterable[Statement]]]) -> bytes:
    """The keys of passages, each with its position, its text and what it states."""
    import numpy as np  # not at the top: a site without knowledge starts without it

    rows = [
        (key, position) for position, text, stated in passages for key in {*_of_statements(stated), *_of_words(text)}
    ]
    return np.array(rows, dtype=KEY).tobytes()


def candidates(own: bytes, others: Iterable[tuple[Any, bytes]]) -> Iterator[tuple[int, Any, int]]:
    """The pairs to compare: a position in this document, another document, and a position there."""
    import numpy as np

    mine = np.sort(np.frombuffer(own, KEY), order="key")
    positions: dict[int, list[int]] = defaultdict(list)
    for key, position in mine.tolist():
        positions[key].append(position)
    found: dict[int, dict[tuple[Any, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, document, position in _matches(mine["key"], others):
        if len(positions[key]) <= COMMON:
            for own_position in positions[key]:
                found[own_position][document, position].append(key)
    for own_position, each in sorted(found.items()):
        enough = [(place, len(keys)) for place, keys in each.items() if _is_enough(keys)]
        enough.sort(key=lambda one: -one[1])
        for (document, position), _number in enough[:MAX_CANDIDATES]:
            yield own_position, document, position


def _matches(keys: Any, others: Iterable[tuple[Any, bytes]]) -> list[tuple[int, Any, int]]:
    """The shared keys, each with the other document and the position there, without keys that are too common."""
    import numpy as np

    shared: Counter[int] = Counter()
    matches: list[tuple[int, Any, int]] = []
    for document, packed in others if len(keys) else ():
        theirs = np.frombuffer(packed, KEY)
        places = np.searchsorted(keys, theirs["key"])
        hits = np.nonzero(keys[np.minimum(places, len(keys) - 1)] == theirs["key"])[0]
        for hit in hits.tolist():
            key = int(theirs["key"][hit])
            shared[key] += 1
            if shared[key] <= COMMON:
                matches.append((key, document, int(theirs["position"][hit])))
    return [match for match in matches if shared[match[0]] <= COMMON]


def _is_enough(keys: list[int]) -> bool:
    return any(key & 1 for key in keys) or len(keys) >= SHARED_SHINGLES


def _of_statements(stated: Iterable[Statement]) -> Iterator[int]:
    for statement in stated:
        telling = sorted(statement.frame, key=lambda word: (-rarity(word), word))[:WORDS_A_STATEMENT]
        for word in telling:
            yield hashed((statement.kind, word)) | 1
        if statement.kind in ("hours", "phone") or not telling:
            yield hashed((statement.kind,)) | 1


def _of_words(text: str) -> Iterator[int]:
    for shingle in sorted(shingles(text))[:SKETCH]:
        yield shingle & ~1

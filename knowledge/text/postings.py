"""Knows which passages hold a word, and scores them by BM25. Parts are only added; callers mask deleted passages.

BM25 is written out here (some 20 lines), because a library would bring its own tokeniser and rebuild everything for
each document. Measured in docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.text.index_part import IndexPart, hash_of
from language.words import synonyms
from lib.growing import Growing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

K1, B = 1.2, 0.75  # the usual constants; our corpora are too small to show that others are better
SYNONYM_WEIGHT = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """For each term of each part, sorted by term: where in `_found_in` its passages begin, and how many. Immutable."""

    _terms: Array
    _begins: Array
    _sizes: Array
    _found_in: Growing
    _times: Growing

    @classmethod
    def none(cls) -> Postings:
        """Without any terms."""
        import numpy as np

        return cls(
            np.zeros(0, "<u8"),
            np.zeros(0, np.int64),
            np.zeros(0, np.int32),
            Growing(np.zeros(0, np.int32)),
            Growing(np.zeros(0, np.float32)),
        )

    def plus(self, parts: Sequence[IndexPart], begins: Sequence[int]) -> Postings:
        """A copy with more parts; `begins` has the index of the first passage of each part."""
        import numpy as np

        at = len(self._found_in)
        places = at + np.cumsum([0, *(len(part.found_in) for part in parts)])
        terms = np.concatenate([part.terms for part in parts])
        starts = np.concatenate([part.term_starts[:-1] + place for part, place in zip(parts, places, strict=False)])
        sizes = np.concatenate([np.diff(part.term_starts) for part in parts]).astype(np.int32)
        found = np.concatenate(
            [part.found_in.astype(np.int32) + begin for part, begin in zip(parts, begins, strict=True)]
        )
        times = np.concatenate([part.found_times for part in parts]).astype(np.float32)
        order = np.argsort(terms, kind="stable")
        terms, starts, sizes = terms[order], starts[order], sizes[order]
        if len(self._terms):
            before = np.searchsorted(self._terms, terms, side="right")
            terms = np.insert(self._terms, before, terms)
            starts = np.insert(self._begins, before, starts)
            sizes = np.insert(self._sizes, before, sizes)
        return Postings(
            terms, starts.astype(np.int64, copy=False), sizes, self._found_in.plus(found), self._times.plus(times)
        )

    def scores(self, terms: Iterable[str], lengths: Array, alive: Array) -> Array:
        """Okapi BM25 of each passage, 0 for those that are not `alive`. Synonyms count by SYNONYM_WEIGHT."""
        import numpy as np

        scores = np.zeros(len(alive), np.float32)
        number = max(1, int(np.count_nonzero(alive)))
        mean = float(lengths[alive].mean()) if alive.any() else 1.0
        for term in terms:
            best = np.zeros(len(alive), np.float32)
            for variant, weight in ((term, 1.0), *((other, SYNONYM_WEIGHT) for other in synonyms(term))):
                found, times = self._found(variant, alive)
                if not len(found):
                    continue
                idf = np.log(1 + (number - len(found) + 0.5) / (len(found) + 0.5))
                norm = K1 * (1 - B + B * lengths[found] / mean)
                best[found] = np.maximum(best[found], weight * idf * times * (K1 + 1) / (times + norm))
            scores += best
        return scores

    def _found(self, term: str, alive: Array) -> tuple[Array, Array]:
        """The passages with a term, and how often each has it."""
        import numpy as np

        hashed = np.uint64(hash_of(term))
        low, high = np.searchsorted(self._terms, hashed), np.searchsorted(self._terms, hashed, side="right")
        at = ranges(self._begins[low:high], self._sizes[low:high])
        found = self._found_in.rows[at]
        living = alive[found]
        return found[living], self._times.rows[at][living]


def ranges(begins: Array, sizes: Array) -> Array:
    """The concatenated ranges: begin, begin + 1, ... begin + size - 1 for each begin and size."""
    import numpy as np

    ends = np.cumsum(sizes)
    return np.repeat(begins - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)

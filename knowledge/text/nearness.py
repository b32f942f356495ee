"""Compares the vectors of passages with that of a question: roughly for all passages, exactly for a shortlist.

The rough comparison needs only the signs of a vector, 48 bytes: the share of dimensions in which the signs of two
vectors agree gives the angle between them. The vectors stay in a temporary file. What a shortlist misses:
docs/performance.md.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.text.index_part import IndexPart
from knowledge.text.postings import ranges
from language.embeddings import DIMENSIONS
from lib.appended_file import AppendedFile
from lib.growing import Growing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from language.embeddings import Floats

    Array = NDArray[Any]

log = logging.getLogger(__name__)

PASSAGE_WEIGHT, SENTENCE_WEIGHT = 0.5, 0.5  # the best on held-out pages: docs/built-in-answers.md
AT_ONCE = 256  # vectors converted to floats together: 400 kB, which fits into a core's cache
SIGNS_AT_ONCE = 65_536  # vectors whose signs are compared together: half a megabyte for each of the WORDS
WORDS = DIMENSIONS // 64  # 64-bit words that hold the signs of one vector


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """The vectors of all passages: for each the vector of the whole, then those of its sentences. Immutable."""

    _starts: Growing  # the first vector of each passage
    _sizes: Growing  # how many vectors each passage has
    _signs: tuple[Growing, ...]  # signs of the first 64 dimensions of all vectors, of the next 64, and so on
    _scales: Growing
    _vectors: AppendedFile | Growing

    @classmethod
    def none(cls) -> Nearness:
        """Without any vectors. They go to a temporary file, or into memory if no file can be made."""
        import numpy as np

        signs = tuple(Growing(np.zeros(0, np.uint64)) for _ in range(WORDS))
        vectors: AppendedFile | Growing
        try:
            vectors = AppendedFile()
        except OSError as error:
            log.warning("the vectors of an agent are kept in memory: %s", error.strerror)
            vectors = Growing(np.zeros((0, DIMENSIONS), np.int8))
        return cls(
            Growing(np.zeros(0, np.int64)), Growing(np.zeros(0, np.int32)), signs, Growing(np.zeros(0, "<f4")), vectors
        )

    def plus(self, parts: Sequence[IndexPart]) -> Nearness:
        """A copy with the vectors of more parts appended."""
        import numpy as np

        at = len(self._scales)
        places = at + np.cumsum([0, *(len(part.scales) for part in parts)])
        starts = np.concatenate([part.row_starts[:-1] + place for part, place in zip(parts, places, strict=False)])
        sizes = np.concatenate([np.diff(part.row_starts) for part in parts])
        signs = np.concatenate([_signs(part.vectors) for part in parts])
        if isinstance(self._vectors, AppendedFile):
            vectors: AppendedFile | Growing = self._vectors.plus(part.vectors.data.cast("B") for part in parts)
        else:
            vectors = self._vectors.plus(np.concatenate([part.vectors for part in parts]))
        return Nearness(
            self._starts.plus(starts),
            self._sizes.plus(sizes),
            tuple(known.plus(signs[:, word]) for word, known in enumerate(self._signs)),
            self._scales.plus(np.concatenate([part.scales for part in parts])),
            vectors,
        )

    def roughly(self, question: Floats) -> Array:
        """An estimate of `exactly` for all passages."""
        import numpy as np

        question_signs = _signs(question[None])[0]
        differing = np.zeros(len(self._scales), np.uint16)
        for begin in range(0, len(differing), SIGNS_AT_ONCE):
            some = differing[begin : begin + SIGNS_AT_ONCE]
            for known, word in zip(self._signs, question_signs, strict=True):
                some += np.bitwise_count(known.rows[begin : begin + SIGNS_AT_ONCE] ^ word)
        cosines = np.cos(np.pi * np.arange(DIMENSIONS + 1, dtype=np.float32) / DIMENSIONS)
        whole = cosines[differing[self._starts.rows]]
        best = cosines[np.minimum.reduceat(differing, self._starts.rows)]
        return PASSAGE_WEIGHT * whole + SENTENCE_WEIGHT * best

    def exactly(self, question: Floats, at: Array) -> Array:
        """For the passages `at`: the weighted sum of the cosine with the whole and the highest with a sentence."""
        import numpy as np

        sizes = self._sizes.rows[at]
        rows = ranges(self._starts.rows[at], sizes)
        near = _products(self.vectors(), rows, question) * self._scales.rows[rows]
        begins = np.cumsum(sizes) - sizes
        return PASSAGE_WEIGHT * near[begins] + SENTENCE_WEIGHT * np.maximum.reduceat(near, begins)

    def vectors(self) -> Array:
        """All vectors as they are stored, int8 and not scaled."""
        import numpy as np

        if isinstance(self._vectors, AppendedFile):
            return np.frombuffer(self._vectors.bytes, np.int8).reshape(-1, DIMENSIONS)
        return self._vectors.rows


def _products(vectors: Array, rows: Array, question: Floats) -> Array:
    """The dot products of these rows of `vectors` with the question, AT_ONCE at a time."""
    import numpy as np

    near = np.empty(len(rows), np.float32)
    floats = np.empty((min(AT_ONCE, len(rows)), DIMENSIONS), np.float32)
    for begin in range(0, len(rows), AT_ONCE):
        some = vectors[rows[begin : begin + AT_ONCE]]
        floats[: len(some)] = some
        np.dot(floats[: len(some)], question, out=near[begin : begin + len(some)])
    return near


def _signs(vectors: Array) -> Array:
    import numpy as np

    return np.packbits(vectors > 0, axis=1).view(np.uint64)

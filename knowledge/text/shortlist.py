"""The passages that may be among the best for a question, with their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Shortlist:
    """Scores of passages, 0 for any that is not on the list. `order` decides between equal scores."""

    def __init__(self, at: Array, scores: Array, lexical: Array, near: Array, order: Sequence[tuple[Any, ...]]):
        self._at, self._scores, self._lexical, self._near, self._order = at.tolist(), scores, lexical, near, order
        self._place: Mapping[int, int] = {each: place for place, each in enumerate(self._at)}

    def best(self, limit: int, *, positive: bool = True) -> list[int]:
        """At most `limit` passages, highest score first; with `positive` only those with a score above 0."""
        import numpy as np

        limit = min(limit, len(self._at))
        least = np.partition(self._scores, -limit)[-limit]
        places = np.flatnonzero(self._scores >= least).tolist()
        places.sort(key=lambda place: (-self._scores[place], self._order[place], self._at[place]))
        return [self._at[place] for place in places if not positive or self._scores[place] > 0][:limit]

    def score_of(self, at: int) -> float:
        return self._value(self._scores, at)

    def lexical_of(self, at: int) -> float:
        return self._value(self._lexical, at)

    def near_of(self, at: int) -> float:
        return self._value(self._near, at)

    def _value(self, values: Array, at: int) -> float:
        place = self._place.get(at)
        return 0.0 if place is None else float(values[place])

"""What happens in this process, counted for whoever watches over it; `/metrics` shows it.

Figures are declared where they are counted. To count is an addition under a lock: no row, no request, no import.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Sequence

MAX_SERIES = 100  # of one figure; more would be values that somebody from outside chose
OTHER = "other"  # where those beyond are counted


class Counted:
    """A name as Prometheus has it, what is counted in words, and the names of what it is counted by."""

    def __init__(self, name: str, words: str, by: Sequence[str] = ()):
        self.name = name
        self.words = words
        self.by = tuple(by)
        self._lock = threading.Lock()
        _known.append(self)


class Tally(Counted):
    """How often something has happened since the start of the process."""

    def __init__(self, name: str, words: str, by: Sequence[str] = ()):
        super().__init__(name, words, by)
        self._counts: dict[tuple[str, ...], float] = {}

    def add(self, *values: str, count: float = 1) -> None:
        with self._lock:
            key = _bounded(values, self._counts)
            self._counts[key] = self._counts.get(key, 0) + count

    def counts(self) -> dict[tuple[str, ...], float]:
        with self._lock:
            return dict(self._counts)


class Level(Tally):
    """How many there are right now: what begins is added, what ends is taken off."""

    def take(self, *values: str) -> None:
        self.add(*values, count=-1)


class Spread(Counted):
    """How seconds are spread: how many took at most so long, and how long all took together."""

    def __init__(self, name: str, words: str, by: Sequence[str] = (), *, bounds: Sequence[float]):
        super().__init__(name, words, by)
        self.bounds = tuple(bounds)
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}

    def add(self, seconds: float, *values: str) -> None:
        with self._lock:
            key = _bounded(values, self._counts)
            counts = self._counts.setdefault(key, [0] * (len(self.bounds) + 1))
            counts[bisect_left(self.bounds, seconds)] += 1
            self._sums[key] = self._sums.get(key, 0.0) + seconds

    def counts(self) -> dict[tuple[str, ...], tuple[list[int], float]]:
        """By label values: how many lie at each bound and above the one before it, the last above all; and the sum."""
        with self._lock:
            return {key: (list(counts), self._sums[key]) for key, counts in self._counts.items()}


_known: list[Counted] = []


def known() -> list[Counted]:
    """Every figure that the modules loaded so far have declared."""
    return list(_known)


def _bounded(values: tuple[str, ...], counted: dict[tuple[str, ...], object] | dict) -> tuple[str, ...]:
    return values if values in counted or len(counted) < MAX_SERIES else (OTHER,) * len(values)

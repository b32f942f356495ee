"""What higher apps delete in the hourly sweep, when the server removes what is too old."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

log = logging.getLogger(__name__)

Tidy = Callable[[datetime], int]  # deletes what is too old at that time, returns the number of rows
_tidied: list[Tidy] = []


def tidied_by(tidy: Tidy) -> None:
    """Register a function that every sweep calls, on a database thread."""
    if tidy not in _tidied:
        _tidied.append(tidy)


def tidy_up(now: datetime) -> int:
    """Call all of them; returns how many rows they deleted. One that fails does not stop the others."""
    return sum(_count(tidy, now) for tidy in _tidied)


def _count(tidy: Tidy, now: datetime) -> int:
    try:
        return tidy(now)
    except Exception:  # the next sweep tries again
        log.exception("%s.%s could not tidy up", tidy.__module__, tidy.__qualname__)
        return 0

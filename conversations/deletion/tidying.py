"""What the apps above tidy up about every hour, when the server removes what is too old."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

log = logging.getLogger(__name__)

Tidy = Callable[[datetime], int]  # deletes what is too old at that time; how many rows
_tidied: list[Tidy] = []


def tidied_by(tidy: Tidy) -> None:
    """Call `tidy` with every sweep from now on, on a database thread."""
    if tidy not in _tidied:
        _tidied.append(tidy)


def tidy_up(now: datetime) -> int:
    """How many rows all of them deleted; one that fails keeps no other from it."""
    return sum(_count(tidy, now) for tidy in _tidied)


def _count(tidy: Tidy, now: datetime) -> int:
    try:
        return tidy(now)
    except Exception:  # the next sweep will do
        log.exception("%s.%s could not tidy up", tidy.__module__, tidy.__qualname__)
        return 0

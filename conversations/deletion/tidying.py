"""What higher apps delete in the hourly sweep, when the server removes what is too old."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """What is deleted when it is too old: in words, how many rows that would be now, and what deletes them."""

    what: str
    count: Callable[[datetime], int]
    tidy: Callable[[datetime], int]  # how many rows went


_chores: list[Chore] = []


def tidied_by(what: str, *, count: Callable[[datetime], int], tidy: Callable[[datetime], int]) -> None:
    """Register what every sweep does, on a database thread; `count` changes nothing."""
    if what not in (chore.what for chore in _chores):
        _chores.append(Chore(what, count, tidy))


def tidy_up(now: datetime) -> int:
    """Call all of them; returns how many rows they deleted. One that fails does not stop the others."""
    return sum(tidied(now).values())


def tidied(now: datetime) -> dict[str, int]:
    """The same by what the rows are."""
    return {chore.what: _tidy(chore, now) for chore in _chores}


def waiting(now: datetime) -> dict[str, int]:
    """How many rows would go now, by what they are; nothing is deleted."""
    return {chore.what: chore.count(now) for chore in _chores}


def _tidy(chore: Chore, now: datetime) -> int:
    try:
        return chore.tidy(now)
    except Exception:  # the next sweep tries again
        log.exception("could not tidy up %s", chore.what)
        return 0

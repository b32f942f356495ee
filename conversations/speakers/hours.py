"""When people are there for an agent's visitors. Pages ask here; the app in which people answer knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

Shifts = list[tuple[datetime, datetime]]
Tell = Callable[[uuid.UUID, datetime], Shifts]

_tell: list[Tell] = []


def hours_told_by(tell: Tell) -> None:
    """Register the function that knows the hours: a plain one, which may read the database."""
    _tell[:] = [tell]


def coming_shifts(agent_id: uuid.UUID, at: datetime) -> Shifts:
    """The times at which people are there, in order, beginning with the present one. None if visitors cannot ask for a
    person, or if somebody is always there."""
    return _tell[0](agent_id, at) if _tell else []

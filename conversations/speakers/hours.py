"""When people are there for an agent's visitors: asked by pages, told by the app in which they answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

Shifts = list[tuple[datetime, datetime]]
Tell = Callable[[uuid.UUID, datetime], Shifts]

_tell: list[Tell] = []


def hours_told_by(tell: Tell) -> None:
    """Have `tell` answer from now on; a plain function that reads what it needs from memory or the database."""
    _tell[:] = [tell]


def coming_shifts(agent_id: uuid.UUID, at: datetime) -> Shifts:
    """From when until when people are there, in order, the ones who are there now first. None where visitors cannot
    ask for a person, and where somebody always is there."""
    return _tell[0](agent_id, at) if _tell else []

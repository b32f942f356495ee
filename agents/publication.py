"""Who may hold a new prompt version back until it is tested: apps above, which publish it when it is good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Held:
    """Why a version is not published yet, for who wanted that, and the page that shows how far it is."""

    told: str
    url: str


# Given a PromptVersion and the User who wants it, or None, in the transaction that stores the version.
Gate = Callable[[Any, Any], Held | None]
_gates: list[Gate] = []


def gated_by(gate: Gate) -> None:
    """Register, from an app's `ready()`, who is asked before a version takes the place of another one."""
    if gate not in _gates:
        _gates.append(gate)


def held(version: Any, author: Any) -> Held | None:
    """What the first gate says that holds the version."""
    return next((found for gate in _gates if (found := gate(version, author))), None)

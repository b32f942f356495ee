"""Answers that are known when a message comes: no model is asked, and what they bring about is stored with them.

An app above this one has a say by `known_by`: a plain function in the transaction that stores the message, under the
lock of its session. It is quick, a query or two, and raises nothing: the visitor waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversations.messages.events import Event
from conversations.models import Message, Session


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What makes a message one that no model is asked about: the answer that is known, and what is stored with both."""

    answer: str
    # In the same transaction, and not for a repeat; the event that it returns is told behind both messages.
    on_stored: Callable[[Message], Event | None]
    offers_contact: bool = False


Known = Callable[[Session, str], KnownAnswer | None]  # by the session and what is said
_known: list[Known] = []


def known_by(known: Known) -> None:
    """Ask `known` about every message that an agent would answer; the first one that knows is heard."""
    if known not in _known:
        _known.append(known)


def find(session: Session, content: str) -> KnownAnswer | None:
    return next((found for known in _known if (found := known(session, content))), None)

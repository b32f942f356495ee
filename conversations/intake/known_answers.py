"""Answers that are known as soon as a message comes: no model is asked, and their effects are stored with them.

A higher app registers a function with `known_by`. It runs in the transaction that stores the message, with the session
locked, so it must be quick (a query or two) and must not raise: the visitor waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversations.messages.events import Event
from conversations.models import Message, Session


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """The known answer to a message, and what is to be stored together with both."""

    answer: str
    # Called in the same transaction, but not for a repeat; the event it returns is published after both messages.
    on_stored: Callable[[Message], Event | None]
    offers_contact: bool = False


Known = Callable[[Session, str], KnownAnswer | None]  # by the session and what is said
_known: list[Known] = []


def known_by(known: Known) -> None:
    """Ask `known` about every message that an agent would answer. The first function that has an answer wins."""
    if known not in _known:
        _known.append(known)


def find(session: Session, content: str) -> KnownAnswer | None:
    return next((found for known in _known if (found := known(session, content))), None)

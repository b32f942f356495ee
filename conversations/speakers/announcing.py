"""Publishes stored changes of who answers, and starts the answers that are owed because of them."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.messages.events import MessageData, MessageFinished, MessageStored, SessionActive
from conversations.replies.hub import EVERY_SESSION, hub
from conversations.replies.runs import runs
from conversations.speakers.changes import Change


def announce(change: Change) -> None:
    """Publish a change to all listeners and start the answers it owes. Does nothing for a change without any effect."""
    if change.event is None and not change.messages:
        return
    session_id = change.session_id
    for answer in change.ended:
        runs().give_up(answer.id, answer.attempt)
    before = [message for message in change.messages if change.event is None or message.seq <= change.event.after_seq]
    _show(before)
    if change.event:
        hub().publish(session_id, change.event)
    for answer in change.ended:
        hub().publish(session_id, MessageFinished(answer))
    _show(message for message in change.messages if message not in before)
    hub().publish(EVERY_SESSION, SessionActive(session_id))
    if any(message.is_running for message in change.messages):
        runs().start(session_id)


def _show(messages: Iterable[MessageData]) -> None:
    for message in messages:
        hub().publish(message.session_id, MessageStored(message))
        if message.is_answer and not message.is_running:
            hub().publish(message.session_id, MessageFinished(message))


def announce_message(message: MessageData) -> None:
    """Publish a message that a person wrote."""
    hub().publish(message.session_id, MessageStored(message))
    hub().publish(EVERY_SESSION, SessionActive(message.session_id))

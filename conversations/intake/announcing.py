"""Publishes a stored turn to its listeners, and starts its answer."""

from __future__ import annotations

from conversations.intake.turns import Turn
from conversations.messages.events import MessageData, MessageFinished, MessageStored, SessionActive
from conversations.replies.hub import EVERY_SESSION, hub
from conversations.replies.runs import runs


def announce(turn: Turn) -> None:
    """Publish a stored turn and start its answer. A repeat that has an answer is not published again."""
    session_id = turn.question.session_id
    if turn.is_new or turn.answer is None:  # a person waits to read it: better published twice than not at all
        hub().publish(session_id, MessageStored(turn.question))
        if turn.answer:
            hub().publish(session_id, MessageStored(turn.answer))
            if not turn.answer.is_running:  # a known answer
                hub().publish(session_id, MessageFinished(turn.answer))
        if turn.event:
            hub().publish(session_id, turn.event)
        hub().publish(EVERY_SESSION, SessionActive(session_id))
    if turn.answer and (turn.answer.is_running or not turn.is_new):
        runs().start(session_id, turn.job)


def announce_answer(answer: MessageData) -> None:
    """Like `announce`, for an answer that is made again."""
    hub().publish(answer.session_id, MessageStored(answer))
    runs().start(answer.session_id)

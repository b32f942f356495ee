"""What follows when a turn is stored: who listens is shown it, and its answer is seen to."""

from __future__ import annotations

from conversations.intake.turns import Turn
from conversations.messages.events import MessageData, MessageFinished, MessageStored, SessionActive
from conversations.replies.hub import EVERY_SESSION, hub
from conversations.replies.runs import runs


def announce(turn: Turn) -> None:
    """Show a stored turn to every listener and see to its answer; a repeat of one with an answer is only seen to."""
    session_id = turn.question.session_id
    if turn.is_new or turn.answer is None:  # a person waits to read it: told twice rather than not
        hub().publish(session_id, MessageStored(turn.question))
        if turn.answer:
            hub().publish(session_id, MessageStored(turn.answer))
            if not turn.answer.is_running:  # it was known when the question came
                hub().publish(session_id, MessageFinished(turn.answer))
        if turn.event:
            hub().publish(session_id, turn.event)
        hub().publish(EVERY_SESSION, SessionActive(session_id))
    if turn.answer and (turn.answer.is_running or not turn.is_new):
        runs().start(session_id, turn.job)


def announce_answer(answer: MessageData) -> None:
    """The same for an answer that is made anew."""
    hub().publish(answer.session_id, MessageStored(answer))
    runs().start(answer.session_id)

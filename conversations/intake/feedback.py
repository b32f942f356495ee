"""Stores a visitor's feedback on an answer, changes it, or takes it back."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.intake.signals import feedback_given
from conversations.messages.events import FeedbackGiven
from conversations.messages.reading import MessageMissing
from conversations.models import Message, Reply
from conversations.replies.hub import hub
from lib.database import in_database
from lib.text import clean

MAX_CHARS = 500


class FeedbackRefused(Exception):
    """The message or the agent takes no feedback; `str()` says why, in the reader's language."""


async def give(
    message_id: uuid.UUID, value: str, words: str | None = None, *, session_id: uuid.UUID | None = None
) -> FeedbackGiven:
    """Store feedback and publish it; `value` is a Reply.Feedback, or "" to take it back.

    New feedback replaces the old one; without `words` the old words stay as long as the value does not change.
    With `session_id` the answer must be in that session. Raises MessageMissing and FeedbackRefused.
    """
    given, is_new = await _keep(message_id, value, words, session_id)
    if is_new:
        hub().publish(given.session_id, given)
    return given


@in_database
@transaction.atomic
def _keep(
    message_id: uuid.UUID, value: str, words: str | None, session_id: uuid.UUID | None
) -> tuple[FeedbackGiven, bool]:
    reply = _answer(message_id, session_id)
    if words is None:
        words = reply.feedback_words if value == reply.feedback else ""
    words = " ".join(clean(words).split())[:MAX_CHARS] if value else ""
    if (value, words) == (reply.feedback, reply.feedback_words):
        return FeedbackGiven.of(reply), False
    reply.feedback, reply.feedback_words, reply.feedback_at = value, words, timezone.now()
    reply.save(update_fields=["feedback", "feedback_words", "feedback_at"])
    feedback_given.send(Reply, reply=reply)
    return FeedbackGiven.of(reply), True


def _answer(message_id: uuid.UUID, session_id: uuid.UUID | None) -> Reply:
    """A complete answer, locked. What an agent says by itself takes no feedback: nobody asked for it."""
    messages = Message.objects.filter(pk=message_id)
    if not (messages.filter(session=session_id) if session_id else messages).exists():
        raise MessageMissing
    rows = Reply.objects.select_for_update(of=("self",)).select_related("message__session__agent")
    reply = rows.filter(message=message_id, state=Reply.State.COMPLETE, question__isnull=False).first()
    if reply is None:
        raise FeedbackRefused(_("This is no answer of an agent, or none that is complete."))
    if not reply.message.session.agent.asks_feedback:
        raise FeedbackRefused(_("This agent does not ask whether its answers helped."))
    return reply

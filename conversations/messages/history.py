"""Reads a session's messages as plain data: the last ones, earlier ones, what a page has missed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import IntegerField, Q, QuerySet, UUIDField

from conversations.messages.events import FeedbackGiven, MessageData
from conversations.models import Message, Reply
from lib import prepared
from lib.prepared import Given

MAX_MISSED = 100  # a page that has missed more is better loaded anew
# Far more than HISTORY_MESSAGES may be set to; the prompt is shortened to that and to the token budget later.
MAX_PAST = 200
MAX_SEQ = 2**31 - 1  # of the column
PAGE = 50  # messages shown at once, and loaded at a time


class PastEntry(NamedTuple):
    """One stored message with what is known of the reply that made it, for who answers or guides the next one."""

    id: uuid.UUID
    seq: int
    role: str
    content: str
    heard: str | None
    author: str
    state: str | None  # of the reply, as the three below; None for what no reply made
    question_id: uuid.UUID | None
    asked: str | None
    certainty: str | None
    attached: Sequence[Mapping[str, Any]] = ()  # as the message has it


_PAST = ("pk", "seq", "role", "content", "heard", "author")
_PAST_OF_REPLY = ("reply__state", "reply__question", "reply__asked", "reply__certainty")


def past(session_id: uuid.UUID | str, *, before: int = MAX_SEQ) -> list[PastEntry]:
    """The MAX_PAST newest messages of a session, or those before a number, oldest first; plain values, in one query."""
    newest = _newest(session=session_id, before=before)
    return [PastEntry(*row) for row in reversed(newest)]


@prepared.rows(session=UUIDField(), before=IntegerField())
def _newest(session: Given, before: Given) -> QuerySet[Message, Any]:
    rows = Message.objects.filter(session=session, seq__lt=before).order_by("-seq")
    return rows.values_list(*_PAST, *_PAST_OF_REPLY, "attached")[:MAX_PAST]


def last(session_id: uuid.UUID | str, limit: int = PAGE) -> tuple[list[MessageData], bool]:
    """The last messages, oldest first, and whether there are earlier ones."""
    return _page(Q(session_id=session_id), limit)


def before(
    session_id: uuid.UUID | str, message_id: uuid.UUID | str, limit: int = PAGE
) -> tuple[list[MessageData], bool]:
    """The messages before one of the same session; none for a message that is not in it."""
    seq = Message.objects.filter(session_id=session_id, pk=message_id).values_list("seq", flat=True).first()
    return _page(Q(session_id=session_id, seq__lt=seq), limit) if seq else ([], False)


def missed(session_id: uuid.UUID | str, after: int, open_ids: Iterable[uuid.UUID]) -> list[MessageData]:
    """The messages after number `after`, the last MAX_MISSED of them, and the named ones, which may have ended."""
    asked = Q(session_id=session_id, seq__gt=after) | Q(session_id=session_id, pk__in=list(open_ids))
    rows = Message.objects.filter(asked).select_related("reply").order_by("-seq")[:MAX_MISSED]
    return [MessageData.of(row) for row in reversed(rows)]


def feedback(session_id: uuid.UUID | str) -> list[FeedbackGiven]:
    """What the visitor thinks of the session's answers, also what they have taken back; the newest of it."""
    rows = Reply.objects.filter(message__session_id=session_id, feedback_at__isnull=False).select_related("message")
    return [FeedbackGiven.of(row) for row in rows.order_by("-feedback_at")[:MAX_MISSED]]


def _page(where: Q, limit: int) -> tuple[list[MessageData], bool]:
    rows = list(Message.objects.filter(where).select_related("reply").order_by("-seq")[: limit + 1])
    return [MessageData.of(row) for row in reversed(rows[:limit])], len(rows) > limit

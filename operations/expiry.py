"""What is deleted in time by no other app: tasks long done, sign-ins that are over. And all of it now, for `purge`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session as SignIn
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from voice.files import sweeping

KEPT = timedelta(days=1)  # of tasks that are done
MAX_AT_ONCE = 200


def forget_done_tasks(now: datetime) -> int:
    """Some of those that were done long ago; how many. Few at a time: SQLite has one lock for all who write."""
    old = _done(now).values_list("pk", flat=True)
    deleted, _each = DBTaskResult.objects.filter(pk__in=list(old[:MAX_AT_ONCE])).delete()
    return deleted


def end_sign_ins(now: datetime) -> int:
    """Delete sign-ins of staff that are over, and what browsers without an account had; how many."""
    gone = 0
    while keys := list(_over(now).values_list("pk", flat=True)[:MAX_AT_ONCE]):
        gone += SignIn.objects.filter(pk__in=keys).delete()[0]
    return gone


def count_sign_ins(now: datetime) -> int:
    return _over(now).count()


def due(now: datetime) -> dict[str, int]:
    """How much `purge` would delete, by what it is."""
    found = sweeping.due(now)
    return {
        "conversations that are too old": found.conversations,
        "files of those conversations": found.files_of_conversations,
        "messages whose recordings are too old": found.messages,
        "sound files of those messages, or that no message names": found.files,
        **found.rows,
        "tasks done more than a day ago": _done(now).count(),
    }


def purge(now: datetime) -> tuple[dict[str, int], int]:
    """Delete all of it; how much, by what it is, and how many files could not be removed."""
    swept = sweeping.sweep(now)
    tasks = 0
    while some := forget_done_tasks(now):
        tasks += some
    gone = {
        "conversations that were too old": len(swept.gone),
        "files of those conversations": swept.files_of_gone,
        "messages whose recordings were too old": swept.messages,
        "sound files of those messages, or that no message named": swept.files,
        **swept.tidied,
        "tasks done more than a day ago": tasks,
    }
    return gone, swept.failures


def _done(now: datetime) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT)


def _over(now: datetime) -> QuerySet[SignIn]:
    return SignIn.objects.filter(expire_date__lt=now)

"""Figures of what is stored, which are the same in every process: what waits, what failed, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from conversations.models import Reply, Session
from knowledge.models import Document
from leads.models import Alert


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A figure of what is stored: its name, what it is, and its values by state ("" where there is but one)."""

    name: str
    words: str
    values: dict[str, float]


def stored(now: datetime) -> Iterator[StoredFigure]:
    """Six queries, each answered from an index or a small table. Raises DatabaseError."""
    yield from _tasks(now)
    yield from _replies(now)
    yield from _people(now)
    alerts = _counts(Alert.objects.filter(state__in=(Alert.State.WAITING, Alert.State.FAILED)), "state")
    yield StoredFigure("salesagent_alerts", "E-mails about leads, by state", {"waiting": 0, "failed": 0, **alerts})
    states = (Document.Status.PENDING, Document.Status.FAILED)
    found = _counts(Document.objects.filter(status__in=states), "status")
    documents = {"waiting": found.get(Document.Status.PENDING, 0), "failed": found.get(Document.Status.FAILED, 0)}
    yield StoredFigure("salesagent_documents", "Documents that are not indexed, by state", documents)


def _tasks(now: datetime) -> Iterator[StoredFigure]:
    at_once = Q(run_after=get_date_max())  # how the library says that a task may run as soon as it can
    is_due = at_once | Q(run_after__lte=now)
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY).aggregate(
        waiting=Count("pk", filter=is_due),
        later=Count("pk", filter=~is_due),
        enqueued=Min("enqueued_at", filter=at_once),
        due=Min("run_after", filter=Q(run_after__lte=now)),
    )
    others = DBTaskResult.objects.filter(status__in=(TaskResultStatus.RUNNING, TaskResultStatus.FAILED))
    found = _counts(others, "status")
    counts = {
        "waiting": ready["waiting"],
        "later": ready["later"],
        "running": found.get(TaskResultStatus.RUNNING, 0),
        "failed": found.get(TaskResultStatus.FAILED, 0),
    }
    oldest = min((at for at in (ready["enqueued"], ready["due"]) if at), default=None)
    yield StoredFigure(
        "salesagent_tasks", "Tasks, by state; failed ones are tried again, and forgotten after a day", counts
    )
    yield StoredFigure(
        "salesagent_tasks_oldest_seconds", "How long the oldest task has been due", {"": _age(oldest, now)}
    )


def _replies(now: datetime) -> Iterator[StoredFigure]:
    found = Reply.objects.running().aggregate(
        owed=Count("pk"),
        unattended=Count("pk", filter=Q(lease_until__isnull=True) | Q(lease_until__lt=now)),
        oldest=Min("created_at"),
    )
    counts = {"running": found["owed"] - found["unattended"], "unattended": found["unattended"]}
    yield StoredFigure("salesagent_replies_owed", "Answers that are owed; nobody works on unattended ones", counts)
    yield StoredFigure(
        "salesagent_replies_oldest_seconds", "Age of the oldest owed answer", {"": _age(found["oldest"], now)}
    )


def _people(now: datetime) -> Iterator[StoredFigure]:
    waiting = Session.objects.filter(speaker=Session.Speaker.WAITING)
    found = waiting.aggregate(count=Count("pk"), since=Min("waiting_since"))
    staff = Session.objects.filter(speaker=Session.Speaker.STAFF).count()
    yield StoredFigure("salesagent_handovers_waiting", "Visitors who wait for a person", {"": found["count"]})
    yield StoredFigure(
        "salesagent_handovers_oldest_seconds", "How long the first has waited", {"": _age(found["since"], now)}
    )
    yield StoredFigure("salesagent_sessions_with_staff", "Conversations that a person has", {"": staff})


def _counts(rows, field: str) -> dict[str, float]:  # type: ignore[no-untyped-def]  # a queryset of any model
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0

"""Adds single web pages by their address. A background task reads them, now and at intervals, so no request waits for
a foreign server.

A row of `PageToRead` says that a page must be read. If its task was lost, `owe_what_is_due` adds another one.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import task

from agents.models import Agent
from knowledge.models import Document, PageToRead
from knowledge.websites import adding, single_pages
from knowledge.websites.addresses import MAX_CHARS
from lib.text import shorten

QUEUE = "pages"  # it has a worker of its own (`salesagent/serving/worker.py`), so no page waits for large websites
PATIENCE = timedelta(seconds=60)  # a task that has not begun so long after its time is taken for lost
DUE_AT_ONCE = 50
EVERY_HOURS = 24  # as for websites
SCHEDULED = -10  # priority of scheduled readings: pages that a person has just named go first


@transaction.atomic
def add(agent_id: uuid.UUID, url: str, name: str = "", *, every_hours: int | None = None) -> Document | None:
    """Add the page at this address and have it read soon; returns its document, or None if there is no such agent.

    A known page is read again; until then answers use its old text. The page is read again every `every_hours`, 0 for
    never; None keeps the interval that it has, which is EVERY_HOURS for a new page. Raises CannotAdd if `url` is not an
    address of a page.
    """
    address = adding.address(url, MAX_CHARS)
    # The lock makes others wait who add to this agent at the same moment, so that an address has only one document.
    agent = Agent.objects.select_for_update(no_key=True).filter(pk=agent_id)
    if not agent.values_list("pk").first():
        return None
    document = Document.objects.filter(agent=agent_id, website=None, url=address).first()
    if document is None:
        document = Document(
            agent_id=agent_id,
            url=address,
            name=name or shorten(address, 200),
            is_owed=False,
            every_hours=EVERY_HOURS if every_hours is None else every_hours,
        )
        document.save()
    elif every_hours is not None:
        read_every(document, every_hours)
    read_again(document, name)
    return document


def read_every(document: Document, hours: int, at: datetime | None = None) -> None:
    """From now on, read the document's page again every so many hours, 0 for never."""
    document.every_hours = hours
    document.next_read_at = (at or timezone.now()) + timedelta(hours=hours) if hours else None
    document.save(update_fields=["every_hours", "next_read_at"])


@transaction.atomic
def read_again(document: Document, name: str = "") -> None:
    """Have the document's page read soon. If that is already planned for later, it is read now instead."""
    page = PageToRead.objects.select_for_update(of=("self",)).filter(document=document).first()
    if page is None:
        document.error, document.progress = "", 0
        if document.status == Document.Status.FAILED:
            document.status = Document.Status.PENDING
        document.save(update_fields=["error", "progress", "status"])
        PageToRead.objects.create(document=document, name=name, **_new_task(document.pk))
        return
    changes: dict[str, object] = {"name": name or page.name}
    if page.is_put_off or (page.is_scheduled and page.lease_until is None):
        changes |= {"is_scheduled": False, "failures": 0, "tries": 0, **_new_task(page.pk)}
    PageToRead.objects.filter(pk=page.pk).update(**changes)


def owe_what_is_due(at: datetime | None = None) -> int:
    """Add a task for each page that must be read and has lost its task, or whose time has come; returns how many."""
    at = at or timezone.now()
    return _owe_lost(at) + _owe_scheduled(at)


def _owe_lost(at: datetime) -> int:
    owed = 0
    for page in PageToRead.objects.unattended(at)[:DUE_AT_ONCE]:
        with transaction.atomic():
            # Only if its task is still the same: another process may have added one.
            same = PageToRead.objects.filter(pk=page.pk, task_id=page.task_id).select_for_update(of=("self",))
            if same.exists():
                same.update(lease_until=None, **_new_task(page.pk, is_scheduled=page.is_scheduled))
                owed += 1
    return owed


def _owe_scheduled(at: datetime) -> int:
    owed = 0
    room = max(0, DUE_AT_ONCE - PageToRead.objects.filter(is_scheduled=True, failures=0).count())
    due = Document.objects.due(at).order_by("next_read_at").values_list("pk", flat=True)
    for document_id in list(due[:room]):
        with transaction.atomic():
            # The lock makes another process wait, which then finds that the task exists.
            Document.objects.select_for_update(of=("self",)).filter(pk=document_id).values_list("pk").first()
            if Document.objects.due(at).filter(pk=document_id).exists():
                task = _new_task(document_id, is_scheduled=True)
                PageToRead.objects.create(document_id=document_id, is_scheduled=True, **task)
                owed += 1
    return owed


@task(queue_name=QUEUE)
def read_page(document_id: str, task_id: str) -> None:
    """Read one page. It may be killed at any point and run again."""
    page = single_pages.claim(uuid.UUID(document_id), task_id, timezone.now())
    if page is None:
        return
    outcome = single_pages.read(page)
    wait_s = single_pages.wait_s(page, outcome)
    if wait_s is None:
        single_pages.keep(page, outcome, timezone.now())
    else:
        _put_off(page, outcome.note, wait_s)


@transaction.atomic
def _put_off(page: PageToRead, note: str, wait_s: float) -> None:
    """Try again after so many seconds. The document shows the reason; answers use its old text."""
    mine = PageToRead.objects.select_for_update(of=("self",)).filter(pk=page.pk, task_id=page.task_id)
    if not mine.exists():
        return
    task = _new_task(page.pk, wait_s, is_scheduled=page.is_scheduled)
    PageToRead.objects.filter(pk=page.pk).update(failures=F("failures") + 1, tries=0, lease_until=None, **task)
    next_read_at = timezone.now() + timedelta(seconds=wait_s)
    Document.objects.filter(pk=page.pk).update(error=shorten(note, 290), next_read_at=next_read_at)


def _new_task(document_id: uuid.UUID, wait_s: float = 0.0, *, is_scheduled: bool = False) -> dict[str, object]:
    """Enqueue a task for the document, and return the fields that make it the only valid one.

    To be called in the transaction that stores these fields."""
    task_id = get_random_string(12)
    at = timezone.now() + timedelta(seconds=wait_s)
    run_after = at if wait_s else None
    owed = read_page.using(priority=SCHEDULED if is_scheduled else 0, run_after=run_after)
    owed.enqueue(str(document_id), task_id)
    return {"task_id": task_id, "task_until": at + PATIENCE}

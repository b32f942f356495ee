"""Schedules the reading of websites, by tasks of SLICE_S: each enqueues the next one, until all pages were read.

The row of the website says that a task must exist (`Website.objects.unattended`). If it was lost, `owe_what_is_due`
adds another one.
"""

from __future__ import annotations

import threading
import time
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import task

from knowledge.models import Website
from knowledge.websites.fetching import Fetcher
from knowledge.websites.reading import claim, read, release

QUEUE = "websites"  # it has a worker of its own (`salesagent/serving/worker.py`), so no other task waits for slow sites
SLICE_S = 20.0  # a task begins no further page after that; the lease is longer, as the last page may take as long again
MAX_WAIT_S = 3600.0  # if a server asks for a longer wait, it is asked again after this one
PATIENCE = timedelta(seconds=60)  # a task that has not begun so long after its time is taken for lost
DUE_AT_ONCE = 50

stopping = threading.Event()  # set when this process is to end: readings stop after their current page


def read_now(website_id: uuid.UUID) -> bool:
    """Have a website read soon; False if it is being read already."""
    with transaction.atomic():
        resting = Website.objects.filter(pk=website_id).exclude(status=Website.Status.READING)
        if not resting.update(status=Website.Status.PENDING, error="", updated_at=timezone.now()):
            return False
        owe(website_id)
    return True


def owe(website_id: uuid.UUID, wait_s: float = 0.0) -> None:
    """Enqueue the next task of a website, which makes any earlier one invalid.

    To be called in the transaction that makes the task necessary."""
    at = timezone.now() + timedelta(seconds=min(wait_s, MAX_WAIT_S))
    task_id = get_random_string(12)
    if Website.objects.filter(pk=website_id).update(task_id=task_id, task_until=at + PATIENCE):
        (read_website.using(run_after=at) if wait_s else read_website).enqueue(str(website_id), task_id)


def owe_what_is_due(at: datetime | None = None) -> int:
    """Add a task for each website that must be read and has lost its task; returns how many."""
    owed = 0
    for website in Website.objects.unattended(at or timezone.now()).only("pk", "task_id")[:DUE_AT_ONCE]:
        with transaction.atomic():
            # Only if its task is still the same: another process may have added one.
            same = Website.objects.filter(pk=website.pk, task_id=website.task_id).select_for_update()
            if same.exists():
                owe(website.pk)
                owed += 1
    return owed


@task(queue_name=QUEUE)
def read_website(website_id: str, task_id: str) -> None:
    """Read a website for SLICE_S. It may be killed at any point and run again."""
    website = claim(uuid.UUID(website_id), task_id)
    if website is None:
        return
    until = time.monotonic() + SLICE_S
    with Fetcher() as fetcher:
        rest = read(website, fetcher, lambda: stopping.is_set() or time.monotonic() > until)
    with transaction.atomic():
        release(website)
        if not rest.is_done:
            owe(website.pk, rest.wait_s)

"""When websites are read: by tasks of twenty seconds, each of which owes the next until the reading is through.

The row says what is owed (`Website.objects.unattended`); a task that is lost is found missing and owed again.
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

QUEUE = "websites"  # `salesagent/serving/worker.py` has a worker for it: nobody else waits for somebody's server
SLICE_S = 20.0  # of a task, and its last page may take as long again and longer: the lease keeps others from it
MAX_WAIT_S = 3600.0  # that a server may ask for; longer than that, it is asked whether it still does
PATIENCE = timedelta(seconds=60)  # for a task that was to begin, before another is owed
DUE_AT_ONCE = 50

stopping = threading.Event()  # set while this process ends: readings pause behind the page that is under way


def read_now(website_id: uuid.UUID) -> bool:
    """Owe a reading; False when one is under way already."""
    with transaction.atomic():
        resting = Website.objects.filter(pk=website_id).exclude(status=Website.Status.READING)
        if not resting.update(status=Website.Status.PENDING, error="", updated_at=timezone.now()):
            return False
        owe(website_id)
    return True


def owe(website_id: uuid.UUID, wait_s: float = 0.0) -> None:
    """Owe the next task of a website, in the transaction of what makes it due; any other task of it is void."""
    at = timezone.now() + timedelta(seconds=min(wait_s, MAX_WAIT_S))
    task_id = get_random_string(12)
    if Website.objects.filter(pk=website_id).update(task_id=task_id, task_until=at + PATIENCE):
        (read_website.using(run_after=at) if wait_s else read_website).enqueue(str(website_id), task_id)


def owe_what_is_due(at: datetime | None = None) -> int:
    """Owe a task of each website that is to be read and has none; how many those were."""
    owed = 0
    for website in Website.objects.unattended(at or timezone.now()).only("pk", "task_id")[:DUE_AT_ONCE]:
        with transaction.atomic():
            # Only as it was found: another process looks as well.
            same = Website.objects.filter(pk=website.pk, task_id=website.task_id).select_for_update()
            if same.exists():
                owe(website.pk)
                owed += 1
    return owed


@task(queue_name=QUEUE)
def read_website(website_id: str, task_id: str) -> None:
    """Read a piece of a website. May be killed at any point and run again."""
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

"""Takes in one web page by its address, and has it read by a task: nobody waits for somebody's server.

The row says what is owed (`PageToRead`); a task that is lost is found missing and owed again.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import task

from agents.models import Agent
from knowledge.models import Document, PageToRead
from knowledge.websites import adding, single_pages
from knowledge.websites.addresses import MAX_CHARS
from lib.text import shorten

QUEUE = "pages"  # `salesagent/serving/worker.py` has a worker for it: a page does not wait for websites of 1,000
PATIENCE = timedelta(seconds=60)  # for a task that was to begin, before another is owed
DUE_AT_ONCE = 50


@transaction.atomic
def add(agent_id: uuid.UUID, url: str, name: str = "") -> Document | None:
    """The document of the page at this address, whose reading is owed; None when there is no such agent.

    One that is known is read again, and answered from as it was until then. Raises CannotAdd for what is no address.
    """
    address = adding.address(url, MAX_CHARS)
    # Who adds to the same agent in this moment waits here: an address makes one document.
    agent = Agent.objects.select_for_update(no_key=True).filter(pk=agent_id)
    if not agent.values_list("pk").first():
        return None
    document = Document.objects.filter(agent=agent_id, website=None, url=address).first()
    if document is None:
        document = Document(agent_id=agent_id, url=address, name=name or shorten(address, 200), is_owed=False)
        document.save()
    read_again(document, name)
    return document


@transaction.atomic
def read_again(document: Document, name: str = "") -> None:
    """Owe a reading of the document's page; one that is owed already is not begun anew."""
    page = PageToRead.objects.select_for_update(of=("self",)).filter(document=document).first()
    if page is not None:
        PageToRead.objects.filter(pk=page.pk).update(name=name or page.name)
        return
    document.error, document.progress = "", 0
    if document.status == Document.Status.FAILED:
        document.status = Document.Status.PENDING
    document.save(update_fields=["error", "progress", "status"])
    PageToRead.objects.create(document=document, name=name, **_new_task(document.pk))


def owe_what_is_due(at: datetime | None = None) -> int:
    """Owe a task of each page that is to be read and has none; how many those were."""
    owed = 0
    for page in PageToRead.objects.unattended(at or timezone.now())[:DUE_AT_ONCE]:
        with transaction.atomic():
            # Only as it was found: another process looks as well.
            same = PageToRead.objects.filter(pk=page.pk, task_id=page.task_id).select_for_update(of=("self",))
            if same.exists():
                same.update(lease_until=None, **_new_task(page.pk))
                owed += 1
    return owed


@task(queue_name=QUEUE)
def read_page(document_id: str, task_id: str) -> None:
    """Read one page. May be killed at any point and run again."""
    page = single_pages.claim(uuid.UUID(document_id), task_id, timezone.now())
    if page is not None:
        single_pages.read(page)


def _new_task(document_id: uuid.UUID) -> dict[str, object]:
    """Owe a task, in the transaction of what makes it due; any other one of the document is void."""
    task_id = get_random_string(12)
    read_page.enqueue(str(document_id), task_id)
    return {"task_id": task_id, "task_until": timezone.now() + PATIENCE}

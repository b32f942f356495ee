"""Reads one web page that a person named, and stores the result in its document.

robots.txt and "noindex" are ignored: they are meant for programs that find pages, and a person named this one.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.indexer import see_to
from knowledge.models import Document, PageToRead, WebPage
from knowledge.websites.addresses import Scope, origin_of
from knowledge.websites.fetching import PAGES, Fetched, Fetcher, NotFetched
from knowledge.websites.keeping import MISSES
from knowledge.websites.outcomes import PageOutcome, of_error, of_file, of_html, of_status
from knowledge.websites.reader import PageReader
from lib.text import shorten

log = logging.getLogger(__name__)

MAX_TRIES = 3  # if so many processes died while they read a page, the page is probably the cause
# Waits between tries while the page's server has an error or is silent, as in a restart, a deployment or an outage.
WAITS_S = (15.0, 60.0, 300.0, 900.0)
MAX_WAIT_S = 3600.0  # if a server asks for a longer wait, it is asked again after this one


def claim(document_id: uuid.UUID, task_id: str, at: datetime) -> PageToRead | None:
    """Claim the page for this process; None if it is being read, was read, or another task is its current one."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    waiting = PageToRead.objects.filter(free, document=document_id, task_id=task_id)
    if not waiting.update(lease_until=at + PageToRead.LEASE, tries=F("tries") + 1):
        return None
    return PageToRead.objects.select_related("document").defer("document__text").filter(pk=document_id).first()


def read(page: PageToRead) -> PageOutcome:
    """Fetch and parse a claimed page. Nothing is stored but the lease."""
    if page.tries > MAX_TRIES:
        return PageOutcome(WebPage.State.FAILED, _("The server ended several times while this page was read."))
    document = page.document
    try:
        with Fetcher() as fetcher:
            fetched = fetcher.fetch(document.url, etag=document.etag, last_modified=document.last_modified)
    except NotFetched as error:
        return of_error(error)
    PageToRead.objects.filter(pk=page.pk, task_id=page.task_id).update(lease_until=timezone.now() + PageToRead.LEASE)
    return _understood(page, lambda: _of(fetched))


def wait_s(page: PageToRead, outcome: PageOutcome) -> float | None:
    """How many seconds to wait before the next try, if the server's error may pass; None if there is no next try."""
    if not outcome.is_servers_fault or page.failures >= len(WAITS_S):
        return None
    return max(WAITS_S[page.failures], min(outcome.wait_s, MAX_WAIT_S))


def keep(page: PageToRead, outcome: PageOutcome, at: datetime) -> None:
    """Store the outcome and remove the page from those to be read. A small text is indexed at once."""
    document = _store(page, outcome, at)
    if document is not None and document.is_owed:
        see_to(document)


@transaction.atomic
def _store(page: PageToRead, outcome: PageOutcome, at: datetime) -> Document | None:
    """The document with the outcome; None if it was deleted, or a newer task was enqueued for it meanwhile."""
    mine = PageToRead.objects.select_for_update(of=("self",)).filter(pk=page.pk, task_id=page.task_id).first()
    document = Document.objects.select_for_update(of=("self",)).filter(pk=page.pk).first()
    if mine is None or document is None:
        return None
    mine.delete()
    document.next_read_at = at + timedelta(hours=document.every_hours) if document.every_hours else None
    is_same_text = outcome.is_unchanged or outcome.content_hash == document.content_hash
    is_same = is_same_text and mine.name in {"", document.name}
    if not outcome.is_unchanged and not outcome.text:
        _keep_reason(document, outcome, is_counted=mine.is_scheduled, at=at)
    elif is_same and document.status == Document.Status.READY:
        _keep_as_it_is(document, at)
    else:
        _keep_text(document, outcome, mine.name, at)
    return document


def _keep_reason(document: Document, outcome: PageOutcome, *, is_counted: bool, at: datetime) -> None:
    """Store why the page could not be read. Its earlier text stays in use.

    After MISSES scheduled readings (`is_counted`) that did not find the page, it is gone. Readings that a person asked
    for do not count, because a person may ask several times in a row."""
    document.error = shorten(outcome.note, 290)
    if document.status != Document.Status.READY:
        document.status, document.progress = Document.Status.FAILED, 0
    else:
        document.progress = document.progress if document.is_owed else 1
        document.misses = document.misses + is_counted if outcome.is_miss else 0
        if document.misses >= MISSES:
            document.gone_at = document.gone_at or at
    # Without updated_at: the document itself did not change.
    document.save(update_fields=["error", "status", "progress", "misses", "gone_at", "next_read_at"])


def _keep_as_it_is(document: Document, at: datetime) -> None:
    """Store that the page was read and has not changed."""
    fields = ["last_read_at", "next_read_at", "misses"]
    document.last_read_at, document.misses = at, 0
    if not document.is_owed:
        document.error, document.progress = "", 1
        fields += ["error", "progress"]
    if document.gone_at is not None:  # answers use it again, which is a change
        document.gone_at = None
        fields += ["gone_at", "updated_at"]
    document.save(update_fields=fields)


def _keep_text(document: Document, outcome: PageOutcome, name: str, at: datetime) -> None:
    document.name = name or document.name
    if not outcome.is_unchanged:
        document.name = shorten(name or outcome.title or document.url, 200)
        document.text, document.content_hash = outcome.text, outcome.content_hash
        document.etag, document.last_modified = outcome.etag, outcome.last_modified
    document.last_read_at, document.misses, document.gone_at = at, 0, None
    document.change_text()
    document.save()


def _understood(page: PageToRead, reading: Callable[[], PageOutcome]) -> PageOutcome:
    try:
        return reading()
    except Exception:  # a broken page can make a parser raise anything
        log.exception("page of document %s could not be read", page.pk)
        return PageOutcome(WebPage.State.FAILED, _("This page could not be read; the log has the cause."))


def _of(fetched: Fetched) -> PageOutcome:
    if fetched.status == 304:
        return PageOutcome(WebPage.State.READ, is_unchanged=True)
    if fetched.status != 200:
        return replace(of_status(fetched), wait_s=fetched.retry_after_s)
    if fetched.content_type in PAGES:
        with PageReader() as reader:
            found = of_html(fetched, reader, Scope(origin_of(fetched.url)), may_be_kept=True)
    else:
        found = of_file(fetched)
    return replace(found, etag=fetched.etag, last_modified=fetched.last_modified)

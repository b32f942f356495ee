"""Reads a website page by page, until all were read or the time is over. May be killed at any point and run again."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from yarl import URL

from knowledge import indexer
from knowledge.models import WebPage, Website
from knowledge.websites.addresses import key_of
from knowledge.websites.beginning import CannotBegin, begin
from knowledge.websites.ending import end, is_away
from knowledge.websites.fetching import SITEMAPS, Fetched, Fetcher, NotFetched
from knowledge.websites.keeping import MAX_TRIES, Lost, Reading, hold, next_page, of_website, store
from knowledge.websites.outcomes import PageOutcome, of_answer, of_error, of_sitemap
from knowledge.websites.reader import PageReader
from lib.answers_first import wait_for_answers

log = logging.getLogger(__name__)

PAUSE_S = 0.25  # at least, between two pages; the pause is as long as the last page took, to spare slow servers
MAX_PAUSE_S = 5.0  # for a longer pause the task ends, and the next one begins later
State = WebPage.State


@dataclass(frozen=True, slots=True)
class Rest:
    """Whether a reading is done, or else after how many seconds it goes on."""

    is_done: bool = True
    wait_s: float = 0.0


def claim(website_id: uuid.UUID, task_id: str | None = None) -> Website | None:
    """Claim the website for this process; None if it, or another website on its host, is being read.

    With a `task_id`, also None if that is not the website's current task.
    """
    with transaction.atomic():
        now = timezone.now()
        website = Website.objects.select_for_update(of=("self",)).filter(pk=website_id).first()
        if website is None or (task_id is not None and website.task_id != task_id):
            return None
        held = Website.objects.filter(lease_until__gt=now).values_list("pk", "url")
        if any(pk == website.pk or _host(url) == _host(website.url) for pk, url in held):
            return None
        if task_id is None:
            website.task_id, website.task_until = "", None
        website.lease_owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        website.lease_until = now + Website.LEASE
        website.save(update_fields=["task_id", "task_until", "lease_owner", "lease_until"])
    return website


def _host(url: str) -> str:
    return (URL(url).host or "").removeprefix("www.")


def read(
    website: Website,
    fetcher: Fetcher,
    is_over: Callable[[], bool] = lambda: False,
    on_page: Callable[[WebPage], None] = lambda page: None,
) -> Rest:
    """Read a claimed website until all pages were read or `is_over()` is true; calls `on_page` after each page."""
    try:
        with PageReader() as reader:
            first: Fetched | None = None
            if website.status == Website.Status.READING:
                reading = of_website(website)
            else:
                try:
                    reading, first = begin(website, fetcher, reader)
                except CannotBegin as error:
                    end(website.pk, website.lease_owner, str(error))
                    return Rest()
            return _read_pages(reading, fetcher, reader, is_over, on_page, first)
    except Lost:
        log.info("website %s is read by somebody else now, or gone", website.pk)
    return Rest()


def release(website: Website) -> None:
    """Give a claim back, so that another process may claim the website at once."""
    mine = Website.objects.filter(pk=website.pk, lease_owner=website.lease_owner)
    mine.update(lease_owner="", lease_until=None)


def _read_pages(
    reading: Reading,
    fetcher: Fetcher,
    reader: PageReader,
    is_over: Callable[[], bool],
    on_page: Callable[[WebPage], None],
    first: Fetched | None,
) -> Rest:
    pause_s = reading.robots.pause_s
    while not is_over():
        if is_away(reading.website_id):
            end(reading.website_id, reading.owner, _("The site stopped answering in the middle of the reading."))
            return Rest()
        page = next_page(reading)
        if page is None:
            end(reading.website_id, reading.owner)
            return Rest()
        wait_for_answers()
        fetched = first if first and key_of(first.url) == page.key else None
        began = time.monotonic()
        outcome = _outcome(reading, page, fetcher, reader, fetched)
        took_s = time.monotonic() - began
        first = None if fetched else first
        if store(reading, page, outcome):
            indexer.wake()
        on_page(page)
        wait_s = outcome.wait_s or max(pause_s, PAUSE_S, min(took_s, MAX_PAUSE_S))
        if wait_s > MAX_PAUSE_S:
            return Rest(is_done=False, wait_s=wait_s)
        time.sleep(wait_s)
    return Rest(is_done=False)


def _outcome(
    reading: Reading, page: WebPage, fetcher: Fetcher, reader: PageReader, fetched: Fetched | None
) -> PageOutcome:
    if page.tries > MAX_TRIES:
        return PageOutcome(State.FAILED, _("The server ended several times while this page was read."))
    if not reading.robots.allows(page.url):
        words = _("The site's robots.txt does not allow this page to be read.")
        return PageOutcome(State.KEPT_OUT, words, is_over=True)
    is_start = key_of(page.url) == key_of(reading.start)
    is_wanted = page.kind == WebPage.Kind.SITEMAP or reading.scope.wants(page.url)
    left_out = PageOutcome(State.KEPT_OUT, _("It is left out, as you wished."), is_over=True)
    if not is_wanted and not is_start:
        return left_out
    try:
        fetched = fetched or _fetch(page, fetcher)
    except NotFetched as error:
        return of_error(error)
    hold(reading.website_id, reading.owner)
    outcome = _understood(reading, page, reader, fetched)
    return outcome if is_wanted else replace(left_out, links=outcome.links)


def _fetch(page: WebPage, fetcher: Fetcher) -> Fetched:
    document = page.document
    if page.kind == WebPage.Kind.SITEMAP:
        return fetcher.fetch(page.url, types=SITEMAPS)
    if document is None:
        return fetcher.fetch(page.url, redirects=0)
    return fetcher.fetch(page.url, redirects=0, etag=document.etag, last_modified=document.last_modified)


def _understood(reading: Reading, page: WebPage, reader: PageReader, fetched: Fetched) -> PageOutcome:
    """What the answer means. An exception while parsing fails this page only, not the reading."""
    try:
        if page.kind == WebPage.Kind.SITEMAP:
            return of_sitemap(fetched, reader)
        return of_answer(fetched, reader, reading.scope, reading.start)
    except Exception:  # a broken page can make a parser raise anything
        log.exception("page %s of website %s could not be read", page.pk, reading.website_id)
        return PageOutcome(State.FAILED, _("This page could not be read; the log has the cause."))

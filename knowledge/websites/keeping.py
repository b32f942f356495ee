"""Stores the result of reading one page, in one transaction, so that a killed process leaves no half-stored page.

Every change first checks that this process still holds the lease of the website.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.models import Document, WebPage, Website
from knowledge.websites.addresses import Scope, key_of, patterns_of
from knowledge.websites.outcomes import PageOutcome
from knowledge.websites.robots import Robots
from lib.text import shorten

log = logging.getLogger(__name__)

MISSES = 3  # a page that was not found in so many readings in a row is treated as deleted
MAX_TRIES = 3  # of one page in one reading
KEPT_OUT_SHOWN = 100  # so many of the pages that robots.txt forbids are stored: enough to see what kind they are
LOOKED_AT = 4  # pages fetched are at most so many times `max_pages`, because some ask not to be kept
MAX_SITEMAPS = 500  # of a website; each may list 50,000 pages
BATCH = 500  # keys or rows in one query
State = WebPage.State


class Lost(Exception):
    """This process has lost the lease to another one, or the website was deleted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A running reading: all that the process needs to know of the website."""

    website_id: uuid.UUID
    owner: str  # of the lease
    number: int  # counts the readings of this website
    scope: Scope
    robots: Robots
    start: str  # the address at which the website begins
    max_pages: int


def of_website(website: Website) -> Reading:
    """The running reading of a claimed website."""
    scope = Scope(website.origin, website.other_host, patterns_of(website.include), patterns_of(website.exclude))
    robots = Robots(website.robots)
    return Reading(website.pk, website.lease_owner, website.reading, scope, robots, website.url, website.max_pages)


def hold(website_id: uuid.UUID, owner: str, **changes: object) -> None:
    """Renew the lease, and store these fields of the website in the same query; raises Lost."""
    until = timezone.now() + Website.LEASE
    mine = Website.objects.filter(pk=website_id, lease_owner=owner)
    if not mine.update(lease_until=until, **changes):
        raise Lost


def next_page(reading: Reading) -> WebPage | None:
    """The next page to read, with one more try counted; None when all pages were read. Raises Lost."""
    with transaction.atomic():
        hold(reading.website_id, reading.owner)
        waiting = WebPage.objects.filter(website=reading.website_id, reading__lt=reading.number)
        page = waiting.select_related("document").defer("document__text").order_by("tries", "pk").first()
        if page is not None:
            page.tries += 1
            page.save(update_fields=["tries"])
    return page


def store(reading: Reading, page: WebPage, outcome: PageOutcome) -> bool:
    """Store the result of a page and the links in it; returns whether there is a new text to index.

    Raises Lost, and then stores nothing."""
    found = [*_unknown(reading, outcome.sitemaps, WebPage.Kind.SITEMAP), *_unknown(reading, outcome.links)]
    with transaction.atomic():
        hold(reading.website_id, reading.owner)
        return _store(reading, page, outcome, found)


def _store(reading: Reading, page: WebPage, outcome: PageOutcome, found: list[WebPage]) -> bool:
    _count_failures(reading, page, outcome)
    if outcome.ask_instead and page.tries < MAX_TRIES:
        page.url = outcome.ask_instead
        page.save(update_fields=["url"])
        return False
    if outcome.is_servers_fault and page.tries < MAX_TRIES:  # try again after the other pages
        return False
    if outcome.is_miss and page.document is None and page.reading:
        page.delete()  # not found in an earlier reading either: it never was a page
        return False
    _add(found)
    if outcome.ask_instead:
        outcome = PageOutcome(State.FAILED, _("This address leads to itself."))
    is_new_text = False
    if outcome.state == State.READ and page.kind == WebPage.Kind.PAGE:
        outcome, is_new_text = _keep(reading, page, outcome)
    else:
        _miss(page, outcome)
    page.state, page.note = outcome.state, shorten(outcome.note, 290)
    page.reading, page.tries = reading.number, 0
    page.save(update_fields=["state", "note", "reading", "tries", "document"])
    return is_new_text


def add_pages(reading: Reading, links: Iterable[str], kind: WebPage.Kind = WebPage.Kind.PAGE) -> None:
    """Add the links that are pages of this website and not known yet, within the limits."""
    _add(_unknown(reading, links, kind))


def _add(found: list[WebPage]) -> None:
    WebPage.objects.bulk_create(found, batch_size=BATCH, ignore_conflicts=True)


def _unknown(reading: Reading, links: Iterable[str], kind: WebPage.Kind = WebPage.Kind.PAGE) -> list[WebPage]:
    """The rows to add for links that are not known yet. Not to be called in a transaction.

    A sitemap may list 50,000 pages, each of which is checked against robots.txt. That takes seconds, in which nobody
    else could write to the database."""
    if kind == WebPage.Kind.SITEMAP:
        wanted = {key_of(url): url for url in map(reading.scope.place, links) if url}
    else:
        wanted = {key_of(url): url for url in reading.scope.pages(links)}
    mine = WebPage.objects.filter(website=reading.website_id)
    keys = list(wanted)
    for start in range(0, len(keys), BATCH):
        for known in mine.filter(key__in=keys[start : start + BATCH]).values_list("key", flat=True):
            del wanted[known]
    if not wanted:
        return []
    room = _room(reading, mine, kind)
    room_forbidden = max(KEPT_OUT_SHOWN - mine.filter(state=State.KEPT_OUT).count(), 0)
    note = _("The site's robots.txt does not allow this page to be read.")
    allowed: list[WebPage] = []
    forbidden: list[WebPage] = []
    for key, url in wanted.items():
        if len(allowed) == room and len(forbidden) == room_forbidden:
            break
        page = WebPage(website_id=reading.website_id, kind=kind, url=url, key=key)
        if not reading.robots.allows(url):
            page.kind, page.state, page.note, page.reading = WebPage.Kind.PAGE, State.KEPT_OUT, note, reading.number
        found, most = (allowed, room) if page.state == State.WAITING else (forbidden, room_forbidden)
        if len(found) < most:
            found.append(page)
    return [*allowed, *forbidden]


def _room(reading: Reading, mine: QuerySet[WebPage], kind: WebPage.Kind) -> int:
    """How many more pages, or sitemaps, may be added.

    Pages that ask not to be kept are limited too. A shop's filters make endlessly many of them, as a broken sitemap may
    list endlessly many sitemaps, and the reading would never end."""
    known = mine.filter(kind=kind)
    if kind == WebPage.Kind.SITEMAP:
        return max(MAX_SITEMAPS - known.count(), 0)
    kept = known.exclude(state__in=(State.KEPT_OUT, State.GONE))
    looked_at = LOOKED_AT * reading.max_pages + KEPT_OUT_SHOWN
    return max(min(reading.max_pages - kept.count(), looked_at - known.count()), 0)


def _count_failures(reading: Reading, page: WebPage, outcome: PageOutcome) -> None:
    """Count the server's failures in a row. Only first tries count: pages to be tried again come one after another."""
    website = Website.objects.filter(pk=reading.website_id)
    if not outcome.is_servers_fault:
        website.exclude(failures_in_a_row=0).update(failures_in_a_row=0)
    elif page.tries == 1:
        website.update(failures_in_a_row=F("failures_in_a_row") + 1)


def _keep(reading: Reading, page: WebPage, outcome: PageOutcome) -> tuple[PageOutcome, bool]:
    """Store the page's text in its document if it changed and is not the text of another page.

    Returns the outcome, which may now be SAME, and whether there is a new text."""
    marks = {"etag": outcome.etag, "last_modified": outcome.last_modified, "misses": 0}
    document = page.document
    if outcome.is_unchanged and document is not None:
        _refresh(document, marks)
        return outcome, False
    if same := _same(reading, page, outcome):
        _retire(document)
        note = _("The same as %(address)s") % {"address": same}
        return PageOutcome(State.SAME, note, links=outcome.links), False
    if document is not None and document.content_hash == outcome.content_hash:
        _refresh(document, marks | {"url": page.url})
        return outcome, False
    if document is None:
        agent = Website.objects.values_list("agent", flat=True).get(pk=reading.website_id)
        document = Document(agent_id=agent, website_id=reading.website_id)
    document.name = shorten(outcome.title or page.url, 200)
    document.text, document.content_hash, document.url = outcome.text, outcome.content_hash, page.url
    document.etag, document.last_modified, document.misses, document.gone_at = (
        outcome.etag,
        outcome.last_modified,
        0,
        None,
    )
    document.change_text()
    document.save()
    page.document = document
    return outcome, True


def _same(reading: Reading, page: WebPage, outcome: PageOutcome) -> str:
    """The address of another page of the website with the same text, or that this page names as its own; else ""."""
    others = Document.objects.filter(website=reading.website_id, gone_at__isnull=True)
    if page.document_id:
        others = others.exclude(pk=page.document_id)
    found = others.filter(content_hash=outcome.content_hash).values_list("url", flat=True).first()
    if found or not outcome.same_as:
        return found or ""
    add_pages(reading, (outcome.same_as,))
    named = WebPage.objects.filter(website=reading.website_id, key=key_of(outcome.same_as)).first()
    is_good = named is not None and named.state in {State.WAITING, State.READ}
    return outcome.same_as if is_good else ""


def _miss(page: WebPage, outcome: PageOutcome) -> None:
    """Count a miss, or retire the document. A failed page keeps its last text; one not found keeps it for a while."""
    document = page.document
    if document is None:
        return
    if outcome.is_over:
        _retire(document)
    elif outcome.is_miss:
        document.misses += 1
        Document.objects.filter(pk=document.pk).update(misses=document.misses)
        if document.misses >= MISSES:
            _retire(document)


def _refresh(document: Document, marks: dict[str, object]) -> None:
    """Store the marks of an unchanged page. The document counts as changed only if it had been gone."""
    if document.gone_at is not None:
        marks |= {"gone_at": None, "updated_at": timezone.now()}
    Document.objects.filter(pk=document.pk).update(**marks)


def _retire(document: Document | None) -> None:
    """Mark the document as gone: it is not answered from any more."""
    if document is not None:
        Document.objects.filter(pk=document.pk, gone_at__isnull=True).update(gone_at=timezone.now())

"""Stores what became of one page, in one transaction: whatever ends the process, it is done or it is not.

Every change asks first whether the lease of the reading is still held.
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

MISSES = 3  # a page that was not found in so many readings in a row is gone
MAX_TRIES = 3  # of one page in one reading
KEPT_OUT_SHOWN = 100  # of the pages that robots.txt forbids: enough to see what kind they are
LOOKED_AT = 4  # times as many pages as a website may have, of which the rest asked not to be kept
MAX_SITEMAPS = 500  # of a website; each may name 50,000 pages
BATCH = 500  # keys a query names
State = WebPage.State


class Lost(Exception):
    """Somebody else reads this website by now, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading under way, as its process knows it."""

    website_id: uuid.UUID
    owner: str
    number: int
    scope: Scope
    robots: Robots
    start: str
    max_pages: int


def of_website(website: Website) -> Reading:
    scope = Scope(website.origin, website.other_host, patterns_of(website.include), patterns_of(website.exclude))
    robots = Robots(website.robots)
    return Reading(website.pk, website.lease_owner, website.reading, scope, robots, website.url, website.max_pages)


def hold(website_id: uuid.UUID, owner: str, **changes: object) -> None:
    """Keep the lease, and store something about the website with it; raises Lost."""
    until = timezone.now() + Website.LEASE
    mine = Website.objects.filter(pk=website_id, lease_owner=owner)
    if not mine.update(lease_until=until, **changes):
        raise Lost


def next_page(reading: Reading) -> WebPage | None:
    """What is still to be read in this reading; None when it is through. Counts a try of it."""
    with transaction.atomic():
        hold(reading.website_id, reading.owner)
        waiting = WebPage.objects.filter(website=reading.website_id, reading__lt=reading.number)
        page = waiting.select_related("document").defer("document__text").order_by("tries", "pk").first()
        if page is not None:
            page.tries += 1
            page.save(update_fields=["tries"])
    return page


def store(reading: Reading, page: WebPage, outcome: PageOutcome) -> bool:
    """Whether a text is to be indexed now. Raises Lost with nothing stored."""
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
    if outcome.is_servers_fault and page.tries < MAX_TRIES:  # once more, after the others
        return False
    if outcome.is_miss and page.document is None and page.reading:
        page.delete()  # it never was a page, and was looked for twice
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
    """Add pages that are not known yet, as many as there is room for; what is not to be read is no page."""
    _add(_unknown(reading, links, kind))


def _add(found: list[WebPage]) -> None:
    WebPage.objects.bulk_create(found, batch_size=BATCH, ignore_conflicts=True)


def _unknown(reading: Reading, links: Iterable[str], kind: WebPage.Kind = WebPage.Kind.PAGE) -> list[WebPage]:
    """Pages to be added. A sitemap may name 50,000, and each is held against all of robots.txt: seconds in which nobody
    else could store anything, so this is not for a transaction."""
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
    """How many more of a kind may be read. A filter's pages ask not to be kept and lead to ever more of their kind, as
    a broken sitemap may name ever more sitemaps: without an end of these too a reading would have none."""
    known = mine.filter(kind=kind)
    if kind == WebPage.Kind.SITEMAP:
        return max(MAX_SITEMAPS - known.count(), 0)
    kept = known.exclude(state__in=(State.KEPT_OUT, State.GONE))
    looked_at = LOOKED_AT * reading.max_pages + KEPT_OUT_SHOWN
    return max(min(reading.max_pages - kept.count(), looked_at - known.count()), 0)


def _count_failures(reading: Reading, page: WebPage, outcome: PageOutcome) -> None:
    """Of first tries alone: those that are tried again come one after the other."""
    website = Website.objects.filter(pk=reading.website_id)
    if not outcome.is_servers_fault:
        website.exclude(failures_in_a_row=0).update(failures_in_a_row=0)
    elif page.tries == 1:
        website.update(failures_in_a_row=F("failures_in_a_row") + 1)


def _keep(reading: Reading, page: WebPage, outcome: PageOutcome) -> tuple[PageOutcome, bool]:
    """Store a page's text in its document, where it is another one than before and no other page's."""
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
    """The address of another page of the website that says the same; "" when there is none."""
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
    """What failed keeps the last good text; what is not found, keeps it for a while."""
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
    """The page is as it was. That is no change of the document, but where it had been gone."""
    if document.gone_at is not None:
        marks |= {"gone_at": None, "updated_at": timezone.now()}
    Document.objects.filter(pk=document.pk).update(**marks)


def _retire(document: Document | None) -> None:
    if document is not None:
        Document.objects.filter(pk=document.pk, gone_at__isnull=True).update(gone_at=timezone.now())

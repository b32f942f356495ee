"""Begins a reading of a website: follows its address to the real site, and reads robots.txt for rules and sitemaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from yarl import URL

from knowledge.models import WebPage, Website
from knowledge.websites.addresses import address_of, key_of, origin_of, sibling_of
from knowledge.websites.fetching import Fetched, Fetcher, NotFetched
from knowledge.websites.keeping import Reading, add_pages, hold, of_website
from knowledge.websites.outcomes import words_of_status
from knowledge.websites.reader import PageReader
from knowledge.websites.robots import MAX_CHARS, Robots

Fetch = Callable[..., Fetched]  # with the signature of `Fetcher.fetch`


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a site when its reading begins."""

    origin: str
    other_host: str  # the name with www, or without it, if that leads to the site too
    robots: str  # text of its robots.txt
    first: Fetched


class CannotBegin(Exception):
    """The website cannot be read; `str()` says why, for staff."""


def begin(website: Website, fetcher: Fetcher, reader: PageReader) -> tuple[Reading, Fetched]:
    """Store a new reading of the website, in which all known pages are to be read; returns it and the first page.

    Raises CannotBegin, Lost."""

    def fetch(url: str, **options: Any) -> Fetched:
        hold(website.pk, website.lease_owner)  # each request may take long: renew the lease
        return fetcher.fetch(url, **options)

    found = _find(website.url, fetch)
    hold(website.pk, website.lease_owner)
    is_sitemap = reader.sitemap(found.first.body) is not None
    with transaction.atomic():
        website.status, website.error = Website.Status.READING, ""
        website.reading += 1
        website.origin, website.other_host, website.robots = found.origin, found.other_host, found.robots
        hold(
            website.pk,
            website.lease_owner,
            status=website.status,
            error="",
            reading=website.reading,
            origin=found.origin,
            other_host=found.other_host,
            robots=found.robots,
            failures_in_a_row=0,
        )
        reading = of_website(website)
        if is_sitemap:
            listed = [found.first.url]
        else:
            add_start(reading, found.first.url)
            listed = [*reading.robots.sitemaps, f"{found.origin}/sitemap.xml"]
        add_pages(reading, listed, WebPage.Kind.SITEMAP)
    return reading, found.first


def add_start(reading: Reading, url: str) -> None:
    """Add the first page, even if the patterns exclude it, because its links lead to the other pages."""
    placed = reading.scope.place(url)
    WebPage.objects.get_or_create(website_id=reading.website_id, key=key_of(placed), defaults={"url": placed})


def _find(url: str, fetch: Fetch) -> Found:
    address = address_of(url)
    robots = _robots(origin_of(address), fetch)
    _require(robots, address)
    try:
        first = fetch(address, types=())
    except NotFetched as error:
        raise CannotBegin(str(error)) from None
    if first.status != 200:
        raise CannotBegin(words_of_status(first.status))
    origin, named = origin_of(first.url), URL(address).host or ""
    host = URL(origin).host or ""
    if host not in {named, sibling_of(named)}:
        words = _("This address leads to another site, %(origin)s. Name that one, if it is yours.")
        raise CannotBegin(words % {"origin": origin})
    if origin != origin_of(address):
        robots = _robots(origin, fetch)
        _require(robots, first.url)
    other = named if host != named else _other_host(origin, fetch)
    return Found(origin, other, robots, first)


def _require(robots: str, url: str) -> None:
    if not Robots(robots).allows(url):
        raise CannotBegin(_("The robots.txt of this site does not allow it to be read."))


def _robots(origin: str, fetch: Fetch) -> str:
    """The text of robots.txt; "" if there is none, which allows everything.

    Raises CannotBegin if there may be one that cannot be fetched now: then nothing is allowed (RFC 9309)."""
    try:
        found = fetch(f"{origin}/robots.txt", types=())
    except NotFetched as error:
        if error.may_pass:
            raise CannotBegin(str(error)) from None
        return ""
    if found.status >= 500 or found.status == 429:
        raise CannotBegin(_("The robots.txt of this site cannot be read at the moment (%s).") % found.status)
    return found.body.decode("utf-8", "replace").replace("\0", "")[:MAX_CHARS] if found.status == 200 else ""


def _other_host(origin: str, fetch: Fetch) -> str:
    """The site's name with www, or without it, if that address redirects to the site; else ""."""
    host = sibling_of(URL(origin).host or "")
    if not host:
        return ""
    try:
        found = fetch(str(URL(origin).with_host(host) / ""), redirects=0, types=())
    except NotFetched:
        return ""
    is_same = found.is_redirect and URL(found.location).host == URL(origin).host
    return host if is_same else ""

"""Adds websites to an agent, checks their settings, and deletes them together with what was read from them."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from knowledge.models import Website
from knowledge.websites.addresses import address_of, patterns_of
from knowledge.websites.fetching import NotFetched, checked_url
from knowledge.websites.schedule import read_now
from lib.domain_names import PORT
from lib.files import delete_with_files

MAX_URL_CHARS = 500
# The form of an address, for a schema. Only the reading finds out whether there is a server, and one we may connect to.
_NAME = r"([A-Za-z0-9\-]{0,40}[A-Za-z0-9])?"
_BYTE = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST = rf"(([A-Za-z0-9]{_NAME}\.){{0,5}}[A-Za-z]{_NAME}|({_BYTE}\.){{3}}{_BYTE})"
ADDRESS = rf"^https?://{_HOST}(:{PORT})?([/?][!-~]*)?$"
MAX_PATTERNS = 100
MAX_PAGES = 5_000  # each takes some 60 kB with its vectors, and the processes that answer keep all in memory
MAX_HOURS = 8_760  # a year


class CannotAdd(ValueError):
    """A setting is invalid: `str()` says what is wrong, for staff, and `field` names the setting."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Already(ValueError):
    """The agent reads this website already."""


def address(url: str, most_chars: int = MAX_URL_CHARS) -> str:
    """The address of a website or page as it is stored, never empty; raises CannotAdd.

    A port that we do not connect to is accepted here and refused by the reading."""
    try:
        checked = address_of(checked_url(url, private=True))
    except NotFetched as error:
        raise CannotAdd("url", str(error)) from None
    if not checked or len(checked) > most_chars:
        raise CannotAdd("url", _("This is no address of a web page. It begins with https:// or http://."))
    return checked


def add(
    agent_id: uuid.UUID,
    url: str,
    *,
    include: str = "",
    exclude: str = "",
    every_hours: int = 24,
    max_pages: int = 1000,
) -> Website | None:
    """Add a website and have it read soon; None if there is no such agent. Raises CannotAdd, Already."""
    website = Website(
        agent_id=agent_id,
        url=address(url),
        include="\n".join(patterns_of(include)),
        exclude="\n".join(patterns_of(exclude)),
        every_hours=every_hours,
        max_pages=max_pages,
    )
    if not Agent.objects.filter(pk=agent_id).exists():
        return None
    if Website.objects.filter(agent=agent_id, url=website.url).exists():
        raise Already
    try:
        with transaction.atomic():
            website.save()
            read_now(website.pk)
    except IntegrityError:  # somebody else added it at the same moment, or the agent was deleted
        raise Already from None
    return website


def forget_marks(website: Website) -> None:
    """Fetch all pages anew in the next reading, even unchanged ones. Needed when the patterns were changed: other links
    of these pages may count now."""
    website.documents.update(etag="", last_modified="")


def delete(website_id: uuid.UUID) -> bool:
    """Delete the website with its pages and their documents; False if there is no such website."""
    return bool(delete_with_files(Website.objects.filter(pk=website_id)).rows)

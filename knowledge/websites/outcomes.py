"""Decides what a server's answer means for a page of a website: read, kept out, moved, failed. Nothing is stored."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from urllib.parse import unquote

from django.utils.translation import gettext as _
from yarl import URL

from knowledge.ingestion.extract import text_of
from knowledge.ingestion.refusals import Unreadable
from knowledge.models import WebPage
from knowledge.websites.addresses import Scope, address_of, key_of
from knowledge.websites.fetching import PAGES, Fetched, NotFetched, NotRead
from knowledge.websites.reader import PageReader, TooMuch

log = logging.getLogger(__name__)

WAIT_S = 60.0  # if a busy server does not say how long to wait
_FOR_GOOD = (301, 308)
State = WebPage.State


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The result of reading one page. `text` is Markdown; only state READ has one, unless the page is unchanged."""

    state: State
    note: str = ""
    title: str = ""
    text: str = ""
    etag: str = ""
    last_modified: str = ""
    links: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    same_as: str = ""  # the page's canonical address, if it is another one
    is_unchanged: bool = False
    is_over: bool = False  # the text that was read earlier must not be used any more
    is_miss: bool = False  # not found: the earlier text is dropped after a few such results
    is_servers_fault: bool = False  # other pages will likely fail as well
    wait_s: float = 0.0  # how long the server asks to wait
    ask_instead: str = ""  # another spelling of the address, to which the server redirects

    @property
    def content_hash(self) -> str:
        return hashlib.blake2b(f"{self.title}\0{self.text}".encode(), digest_size=16).hexdigest()


def of_answer(fetched: Fetched, reader: PageReader, scope: Scope, start: str = "") -> PageOutcome:
    """The outcome of a page of a website; `start` is the address at which the website begins."""
    if fetched.is_redirect:
        return _moved(fetched, scope)
    if fetched.status == 304:
        return PageOutcome(State.READ, is_unchanged=True, etag=fetched.etag, last_modified=fetched.last_modified)
    if fetched.status != 200:
        return of_status(fetched)
    found = of_html(fetched, reader, scope, start) if fetched.content_type in PAGES else of_file(fetched)
    return replace(found, etag=fetched.etag, last_modified=fetched.last_modified)


def of_sitemap(fetched: Fetched, reader: PageReader) -> PageOutcome:
    """The outcome of a sitemap, with the pages and sitemaps that it lists."""
    listed = reader.sitemap(fetched.body) if fetched.status == 200 else None
    if listed is not None:
        return PageOutcome(State.READ, links=listed.pages, sitemaps=listed.sitemaps)
    is_fault = fetched.status not in {200, 404, 410}
    return PageOutcome(State.FAILED if is_fault else State.KEPT_OUT, _("There is no sitemap at this address."))


def of_error(error: NotFetched) -> PageOutcome:
    """The outcome of a page that could not be fetched."""
    if isinstance(error, NotRead):
        return PageOutcome(State.KEPT_OUT, str(error), is_over=True)
    return PageOutcome(State.FAILED, str(error), is_servers_fault=error.may_pass)


def of_html(
    fetched: Fetched, reader: PageReader, scope: Scope, start: str = "", *, may_be_kept: bool = False
) -> PageOutcome:
    """The outcome of a page of HTML. With `may_be_kept`, a "noindex" in the page is ignored."""
    try:
        page = reader.page(fetched.body, fetched.url, fetched.robots, may_be_kept=may_be_kept)
    except TooMuch:
        return PageOutcome(State.FAILED, _("This page takes too long or too much memory to read."))
    except RuntimeError as error:
        log.warning("a page could not be read: %s", error)
        return PageOutcome(State.FAILED, _("This page could not be read; the log has the cause."))
    if not page.may_be_kept:
        return PageOutcome(State.KEPT_OUT, _("The page asks not to be kept (noindex)."), links=page.links, is_over=True)
    if page.is_made_by_scripts:
        words = _("Scripts make this page in the browser: there is no text in it to read.")
        return PageOutcome(State.FAILED, words, links=page.links)
    if not page.text:
        return PageOutcome(State.FAILED, _("There is no text on this page."), links=page.links)
    same_as = _same_as(page.canonical, fetched.url, scope, start)
    return PageOutcome(State.READ, title=page.title, text=page.text, links=page.links, same_as=same_as)


def of_file(fetched: Fetched) -> PageOutcome:
    """The outcome of a PDF or a plain text. Takes up to half a minute."""
    name = unquote(URL(fetched.url).name)
    try:
        text = text_of(fetched.body, name)
    except Unreadable as error:
        return PageOutcome(State.FAILED, str(error))
    return PageOutcome(State.READ, title=name.rpartition(".")[0].replace("_", " ").replace("-", " ") or name, text=text)


def _same_as(canonical: str, url: str, scope: Scope, start: str) -> str:
    """The page's canonical address, or "". The first page's does not count: many sites put it on all by mistake."""
    placed = scope.place(canonical) if canonical else ""
    ignored = {key_of(each) for each in (url, scope.origin, start) if each}
    return placed if placed and key_of(placed) not in ignored else ""


def _moved(fetched: Fetched, scope: Scope) -> PageOutcome:
    target = address_of(fetched.location)
    placed = scope.place(target) if target else ""
    is_for_good = fetched.status in _FOR_GOOD
    if not placed:
        note = _("Leads to another site: %(address)s") % {"address": fetched.location[:200]}
        return PageOutcome(State.MOVED, note, is_over=is_for_good, is_miss=not is_for_good)
    if key_of(placed) == key_of(fetched.url):
        return PageOutcome(State.WAITING, ask_instead=placed)
    note = _("Leads to %(address)s") % {"address": placed[:200]}
    return PageOutcome(State.MOVED, note, links=(placed,), is_over=is_for_good, is_miss=not is_for_good)


def of_status(fetched: Fetched) -> PageOutcome:
    """The outcome of an answer with an error status."""
    status = fetched.status
    words = words_of_status(status)
    if status in {429, 503}:
        return PageOutcome(State.FAILED, words, wait_s=fetched.retry_after_s or WAIT_S, is_servers_fault=True)
    return PageOutcome(State.FAILED, words, is_miss=status in {404, 410}, is_servers_fault=status >= 500)


def words_of_status(status: int) -> str:
    """What an error status means, for staff."""
    if status in {404, 410}:
        return _("There is no page at this address (%(status)s).") % {"status": status}
    if status in {401, 402, 403, 407, 451}:
        return _("The server lets nobody in here without a login, or not us (%(status)s).") % {"status": status}
    if status == 429:
        return _("The server asks for fewer requests (%(status)s).") % {"status": status}
    if status >= 500:
        return _("The server has an error of its own (%(status)s).") % {"status": status}
    return _("The server refuses this page (%(status)s).") % {"status": status}

"""Parses one page of HTML: its text, its links, and its wishes for robots. Nothing is fetched or stored.

A page can take any time and memory to parse, so only `page_program.py` calls this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from knowledge.ingestion.formats.extracted import FileRefused
from knowledge.ingestion.formats.html import read_html
from knowledge.websites.addresses import address_of
from knowledge.websites.contents import Page
from knowledge.websites.robots import NAME
from lib.text import clean

MAX_LINKS = 2000  # of one page; a page that only lists links has some hundred
FEW_CHARS = 200  # a page with scripts and less text than this is taken for one that scripts fill in the browser
MUCH_SCRIPT = 50_000  # characters of inline scripts that mark such a page if no element of _FILLED does
_FILLED = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby'] | //app-root | //noscript"


def read(data: bytes, url: str, robots_header: str = "", *, may_be_kept: bool = False) -> Page:
    """The contents of a page. `robots_header` is its X-Robots-Tag; with `may_be_kept`, "noindex" is ignored."""
    try:
        tree = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError):
        return Page()
    wishes = _wishes(tree) | _of_header(robots_header)
    base = next(iter(tree.xpath("//base/@href")), "")
    base = address_of(base, url) or url
    links = () if wishes & {"nofollow", "none"} else tuple(dict.fromkeys(_links(tree, base)))
    canonical = next((address_of(each, base) for each in tree.xpath("//head/link[@rel='canonical']/@href")), "")
    if wishes & {"noindex", "none"} and not may_be_kept:
        return Page(links=links, may_be_kept=False)
    try:
        found = read_html(data, url)
    except FileRefused:
        return Page(links=links, canonical=canonical, is_made_by_scripts=_is_made_by_scripts(tree))
    text = clean(found.text)
    is_empty = len(text) < FEW_CHARS and _is_made_by_scripts(tree)
    return Page(clean(found.title), "" if is_empty else text, links, canonical, is_made_by_scripts=is_empty)


def _wishes(tree: Any) -> set[str]:
    """The words for us in the robots tags of the page, such as "noindex"."""
    found: set[str] = set()
    for meta in tree.xpath("//meta[@name and @content]"):
        if meta.get("name", "").strip().lower() in {"robots", NAME.lower()}:
            found |= _words(meta.get("content", ""))
    return found


def _of_header(value: str) -> set[str]:
    """The same words in the X-Robots-Tag headers; a line for another robot (`otherbot: noindex`) does not count."""
    found: set[str] = set()
    for line in value.lower().splitlines():
        name, colon, rest = line.partition(":")
        is_named = bool(colon) and not name.strip().startswith(("max-", "unavailable_after")) and "," not in name
        if not is_named or name.strip() == NAME.lower():
            found |= _words(rest if is_named else line)
    return found


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\s,]+", text.lower()) if word}


def _links(tree: Any, base: str) -> Iterator[str]:
    for element in tree.xpath("//a[@href] | //area[@href]")[:MAX_LINKS]:
        if "nofollow" not in _words(element.get("rel", "")) and (link := address_of(element.get("href"), base)):
            yield link


def _is_made_by_scripts(tree: Any) -> bool:
    scripts = tree.xpath("//script[not(@type) or contains(@type, 'script') or @type='module']")
    inline = sum(len(script.text or "") for script in scripts)
    return bool(scripts) and (inline > MUCH_SCRIPT or bool(tree.xpath(_FILLED)))

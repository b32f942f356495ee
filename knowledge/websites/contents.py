"""What a page or a sitemap says, as plain values: the program that reads them hands these over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """`text` is Markdown, "" where the page has none; `links` and `canonical` are whole addresses."""

    title: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    canonical: str = ""
    may_be_kept: bool = True  # no "noindex"
    is_made_by_scripts: bool = False


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The addresses that it lists: those of pages, or those of other sitemaps."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()

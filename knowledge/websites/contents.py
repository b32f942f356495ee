"""The contents of a page or a sitemap as plain values, which the program that parses them returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. `text` is Markdown, "" if there is none; `links` and `canonical` are absolute addresses."""

    title: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    canonical: str = ""
    may_be_kept: bool = True  # False for "noindex"
    is_made_by_scripts: bool = False


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A parsed sitemap: the addresses of pages, or of other sitemaps, that it lists."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()

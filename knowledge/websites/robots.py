"""Reads a site's robots.txt: which pages we may read, how fast, and where its sitemaps are."""

from __future__ import annotations

from protego import Protego

NAME = "Salesagent"  # our name in a robots.txt
MAX_CHARS = 500_000  # the rest is ignored, as RFC 9309 allows
MAX_PAUSE_S = 60.0  # longer pauses are cut to this: a thousand pages would take days
MAX_SITEMAPS = 20


class Robots:
    """The rules of one robots.txt. An empty one allows everything."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text[:MAX_CHARS])

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, NAME))

    @property
    def pause_s(self) -> float:
        """The pause it asks for between two pages, at most MAX_PAUSE_S; 0 if it asks for none."""
        delay = float(self._rules.crawl_delay(NAME) or 0)
        rate = self._rules.request_rate(NAME)
        if rate and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        return min(max(delay, 0.0), MAX_PAUSE_S)

    @property
    def sitemaps(self) -> list[str]:
        return list(self._rules.sitemaps)[:MAX_SITEMAPS]

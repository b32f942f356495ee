"""What a site's robots.txt asks of who reads it."""

from __future__ import annotations

from protego import Protego

NAME = "Salesagent"  # by which a robots.txt means us
MAX_CHARS = 500_000  # what is behind that does not count, by RFC 9309
MAX_PAUSE_S = 60.0  # of a wish for more, a thousand pages would take days
MAX_SITEMAPS = 20


class Robots:
    """The rules of one robots.txt; the empty one allows everything."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text[:MAX_CHARS])

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, NAME))

    @property
    def pause_s(self) -> float:
        """Between two pages, 0 where it names none."""
        delay = float(self._rules.crawl_delay(NAME) or 0)
        rate = self._rules.request_rate(NAME)
        if rate and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        return min(max(delay, 0.0), MAX_PAUSE_S)

    @property
    def sitemaps(self) -> list[str]:
        return list(self._rules.sitemaps)[:MAX_SITEMAPS]

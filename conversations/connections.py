"""How many streams and sockets of one address this process holds open. Each costs memory for as long as it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from access.rates import RateLimited

MOST_PER_ADDRESS = 200  # an office behind one address, a few open pages each
RETRY_AFTER_S = 10

_open: Counter[str] = Counter()


def check(address: str) -> None:
    """Raises RateLimited when the address holds all it may."""
    if settings.RATE_LIMITS and _open[address] >= MOST_PER_ADDRESS:
        raise RateLimited(RETRY_AFTER_S)


@contextmanager
def open_from(address: str) -> Iterator[None]:
    """Counts one more for as long as the block lasts; whether there may be one more is asked with `check`."""
    _open[address] += 1
    try:
        yield
    finally:
        _open[address] -= 1
        if not _open[address]:
            del _open[address]

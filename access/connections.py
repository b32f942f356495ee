"""Counts the streams and sockets that each address has open in this process. Each of them costs memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

from access import rates
from access.rates import RateLimited


def address_of(scope_headers: list[tuple[bytes, bytes]], client: list[object] | None) -> str:
    """The client's address, by the same rule as for requests."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = str(client[0]) if client else ""
    forwarded = b",".join(value for name, value in scope_headers if name == b"x-forwarded-for")
    request.META["HTTP_X_FORWARDED_FOR"] = forwarded.decode("latin-1")
    return rates.address_of(request)


MAX_PER_ADDRESS = 200  # an office behind one address, a few open pages each
RETRY_AFTER_S = 10

_open: Counter[str] = Counter()


def check(address: str) -> None:
    """Raises RateLimited if the address has reached the limit."""
    if settings.RATE_LIMITS and _open[address] >= MAX_PER_ADDRESS:
        raise RateLimited(RETRY_AFTER_S)


@contextmanager
def open_from(address: str) -> Iterator[None]:
    """Counts one more while the block lasts. Call `check` first to enforce the limit."""
    _open[address] += 1
    try:
        yield
    finally:
        _open[address] -= 1
        if not _open[address]:
            del _open[address]

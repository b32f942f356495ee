"""Rate limits for visitors, addresses, keys and agents; counted in memory, or in Redis for all processes together."""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

log = logging.getLogger(__name__)

REDIS_TIMEOUTS = {"socket_timeout": 1, "socket_connect_timeout": 1}  # seconds; it is called on the event loop

# A quick typist sends one message in 3 s; an office behind one address is some twenty people. Both have room to spare.
PER_VISITOR = parse("20/minute")
PER_ADDRESS = parse("120/minute")
# What costs at a provider or on a disk adds up over a day: nobody asks that much, nor does an office.
PER_VISITOR_A_DAY = parse("500/day")
PER_ADDRESS_A_DAY = parse("5000/day")
NEW_SESSIONS_PER_ADDRESS = parse("60/hour")
# All visitors of one agent together: enough for a crowd, but a limit to the bill.
PER_AGENT = parse("600/minute")
# Requests to the API of any kind. A program that works through a list has room; a page asks far less often.
PER_KEY = parse("1200/minute")
PER_SESSION = parse("240/minute")
REQUESTS_PER_ADDRESS = parse("1200/minute")
WRONG_KEYS_PER_ADDRESS = parse("60/minute")

IPV6_SITE = 64  # bits: a household or a server has a whole /64 and may write from each address of it


class RateLimited(Exception):
    """Too many requests; `retry_after_s` says when the next one may be sent."""

    def __init__(self, retry_after_s: int):
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


def count(limit: RateLimitItem, *who: str) -> None:
    """Count one request of `who`; raise RateLimited if it is one too many. Does nothing if RATE_LIMITS is off.

    An IPv6 address counts as its /64.
    """
    if not settings.RATE_LIMITS:
        return
    who = tuple(site_of(name) for name in who)
    try:
        retry_after_s = _hit(_limiter(), limit, who)
    except StorageError as error:  # Redis is away: visitors must still be answered, so this process counts alone
        log.warning("rates are counted in this process only: %s", type(error.storage_error).__name__)
        retry_after_s = _hit(_own_limiter(), limit, who)
    if retry_after_s:
        raise RateLimited(retry_after_s)


def count_request(kind: str, who: str, address: str) -> None:
    """Count a request to the API: a visitor's by session and address, others by key or account."""
    if kind == "visitor":
        count(REQUESTS_PER_ADDRESS, "request", address)
        count(PER_SESSION, "request", who)
    else:
        count(PER_KEY, "request", who)


def count_turn(kind: str, who: str, address: str, agent_id: str) -> None:
    """Count a message before any model is asked; that of a program by key and agent only."""
    if kind == "visitor":
        count_visitor("message", who, address)
    count(PER_AGENT, "message", agent_id)


def count_visitor(what: str, who: str, address: str) -> None:
    """Count something that a visitor does, and that costs: by the minute and by the day, theirs and their address's."""
    count(PER_ADDRESS, what, address)
    count(PER_VISITOR, what, who)
    count(PER_ADDRESS_A_DAY, what, address)
    count(PER_VISITOR_A_DAY, what, who)


def address_of(request: HttpRequest) -> str:
    """The client's address; X-Forwarded-For counts only as far as TRUSTED_PROXIES says."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted] if trusted and len(hops) >= trusted else direct


def site_of(name: str) -> str:
    """The /64 of an IPv6 address; anything else unchanged, and an IPv4 address mapped into IPv6 as the IPv4 address."""
    if ":" not in name:
        return name
    try:
        address = ipaddress.IPv6Address(name.strip("[]").partition("%")[0])
    except ValueError:
        return name
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address, IPV6_SITE), strict=False))


def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItem, who: tuple[str, ...]) -> int:
    """0 if the hit is within the limit, else the seconds until one would be."""
    if limiter.hit(limit, *who):
        return 0
    return max(1, math.ceil(limiter.get_window_stats(limit, *who).reset_time - time.time()))


@cache
def _limiter() -> MovingWindowRateLimiter:
    if not settings.REDIS_URL:
        return _own_limiter()
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL, wrap_exceptions=True, **REDIS_TIMEOUTS))


@cache
def _own_limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def forget() -> None:
    """Start every count anew."""
    for limiter in (_limiter(), _own_limiter()):
        limiter.storage.reset()

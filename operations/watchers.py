"""Who may read the figures: who knows METRICS_TOKEN, else programs on this machine itself."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable

from django.conf import settings

Headers = Iterable[tuple[bytes, bytes]]

# Of a proxy on this machine, what comes in has this machine's address as well: each of these says that it passed one.
SET_BY_PROXIES = (
    b"forwarded",
    b"via",
    b"x-forwarded-",
    b"x-real-ip",
    b"x-client-ip",
    b"cf-connecting-ip",
    b"true-client-ip",
)
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]", "::1"}


def may_watch(client: Iterable[object] | None, headers: Headers) -> bool:
    """By the token where one is set, from wherever; without one by the address of the connection itself.

    What X-Forwarded-For says makes nobody local, and whoever came through a proxy is not, also where the proxy is on
    this machine. One that adds no header is told by the name that was asked for.
    """
    given = [(name.lower(), value) for name, value in headers]
    if settings.METRICS_TOKEN:
        return _has_token(given)
    if any(name.startswith(SET_BY_PROXIES) for name, _ in given):
        return False
    return _is_loopback(next(iter(client), "") if client else "") and _asks_by_a_local_name(given)


def _has_token(headers: list[tuple[bytes, bytes]]) -> bool:
    said = [value for name, value in headers if name == b"authorization"]
    scheme, _, token = said[0].partition(b" ") if len(said) == 1 else (b"", b"", b"")
    return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), settings.METRICS_TOKEN.encode())


def _is_loopback(host: object) -> bool:
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:  # none at all: a file (a Unix socket), behind which a proxy stands
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _asks_by_a_local_name(headers: list[tuple[bytes, bytes]]) -> bool:
    hosts = [value.decode("latin-1").strip().lower() for name, value in headers if name == b"host"]
    if len(hosts) != 1:
        return False
    name = hosts[0] if hosts[0].endswith("]") else hosts[0].rpartition(":")[0] or hosts[0]
    return name in LOCAL_NAMES

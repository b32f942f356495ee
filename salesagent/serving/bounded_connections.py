"""Limits the number of connections, in all and from one address, and how slowly a request may arrive.

When all places are taken, an idle connection is closed to make room for a new one.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from daphne.http_protocol import HTTPFactory
from django.conf import settings
from twisted.internet.protocol import connectionDone
from twisted.web.http import HTTPChannel, _GenericHTTPChannelProtocol

from access.rates import site_of
from lib.rest.problems import Problem, problem, too_many, unavailable
from salesagent.serving.bounded_requests import hang_up_deaf

HEADER_S = 10  # from the first byte of a request to the end of its headers
BODY_GRACE_S, BODY_BYTES_PER_S = 20, 1_024  # a bad mobile network is ten times as fast
RETRY_AFTER_S = 10


class OpenConnections:
    """Every connection of this process: requests, idle ones and sockets."""

    def __init__(self, most: int):
        self._most = most
        self._addresses: dict[Any, str] = {}  # by transport, oldest first; a request that becomes a socket keeps it
        self._channels: dict[Any, BoundedChannel] = {}
        self._of: Counter[str] = Counter()

    def enter(self, channel: BoundedChannel) -> Problem | None:
        """Count one more connection. Returns the error for it if there is no place."""
        transport: Any = channel.transport
        address = site_of(str(getattr(transport.getPeer(), "host", "")))
        self._addresses[transport] = address
        self._channels[transport] = channel
        self._of[address] += 1
        is_full = self._is_limited() and self._of[address] > settings.MAX_CONNECTIONS_PER_ADDRESS
        if is_full and not self._make_room(address):
            return too_many(RETRY_AFTER_S)
        if len(self._addresses) > self._most and not self._make_room(self._of.most_common(1)[0][0]):
            return unavailable("All places are taken. Try again in a moment.", RETRY_AFTER_S)
        return None

    def leave(self, transport: Any) -> None:
        self._channels.pop(transport, None)
        address = self._addresses.pop(transport, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def end_the_late(self) -> None:
        """End requests that arrive too slowly. Call this every second or two."""
        now = time.monotonic()
        for channel in list(self._channels.values()):
            if channel.is_late(now):
                channel.refuse(problem(408, "The request took too long to arrive."))

    def _is_limited(self) -> bool:
        """Whether addresses are limited. Behind a proxy all have its address, so it has to count (docs/nginx.conf)."""
        return bool(settings.RATE_LIMITS and not settings.TRUSTED_PROXIES)

    def _make_room(self, address: str) -> bool:
        """Close the oldest idle connection of an address; False if there is none."""
        newest = next(reversed(self._addresses))
        for transport, channel in self._channels.items():
            if transport is not newest and self._addresses[transport] == address and channel.is_idle():
                self.leave(transport)
                transport.abortConnection()
                return True
        return False


class BoundedChannel(HTTPChannel):
    """One connection, which knows for how long its request has been arriving."""

    _begun_at: float | None = None
    _body_begun_at: float | None = None
    _is_refused = False

    def connectionMade(self) -> None:
        super().connectionMade()
        if error := self.factory.open.enter(self):
            self.refuse(error)

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.factory.open.leave(self.transport)
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:
        if self._begun_at is None and not self._handlingRequest:
            self._begun_at = time.monotonic()
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        self._body_begun_at = time.monotonic()
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        self._begun_at = self._body_begun_at = None
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        self._begun_at = time.monotonic() if self._dataBuffer else None
        super().requestDone(request)

    def is_idle(self) -> bool:
        """True while the connection has no request."""
        return not self._handlingRequest and self._body_begun_at is None

    def is_late(self, now: float) -> bool:
        if self._is_refused or self._handlingRequest or self._begun_at is None:
            return False
        if self._body_begun_at is None:
            return now - self._begun_at > HEADER_S
        due_s = now - self._body_begun_at - BODY_GRACE_S
        return due_s > 0 and self.requests[-1].received_bytes < due_s * BODY_BYTES_PER_S

    def refuse(self, error: Problem) -> None:
        self._is_refused = True
        hang_up_deaf(self, error)


class BoundedFactory(HTTPFactory):
    """Daphne's factory with our channels."""

    def __init__(self, server: Any):
        super().__init__(server)
        self.open = server.open

    def protocol(self) -> Any:
        return _GenericHTTPChannelProtocol(BoundedChannel())

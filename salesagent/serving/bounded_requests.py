"""Daphne's request and Twisted's channel with limits, and with proper responses for what they refuse.

The originals store a body of any size on disk before the application sees it, and close the connection without a
response after a long header.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from daphne import http_protocol
from daphne.http_protocol import WebRequest
from twisted.internet import reactor as installed_reactor
from twisted.web.http import RESPONSES, HTTPChannel

from lib.figures import Tally
from lib.rest.problems import Problem, problem, too_large, too_many
from lib.web.body_limits import limit_of
from salesagent.serving.bounded_sockets import client_of

reactor: Any = installed_reactor  # a module to type checkers, the asyncio reactor at runtime

REFUSED = Tally(
    "salesagent_refused_requests", "Refused below the application: too many, too large, too slow", ["status"]
)
LINGER_S = 2  # time for a client that is still sending to read the response; a reset at once would discard it


class BoundedRequest(WebRequest):
    """Answers 413 and closes the connection when a body is too large for its content type."""

    uri: bytes
    path: bytes
    _limit_bytes = 0
    _received = 0
    _is_refused = False

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self._parsePOSTFormSubmission = False  # Twisted would read a whole upload into memory

    def gotLength(self, length: int | None) -> None:
        self._limit_bytes = limit_of((self.requestHeaders.getRawHeaders(b"Content-Type") or [b""])[0])
        is_too_large = length is not None and length > self._limit_bytes
        super().gotLength(0 if is_too_large else length)
        if is_too_large:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._received += len(data)
        if self._received > self._limit_bytes:
            self._refuse()
        else:
            super().handleContentChunk(data)

    @property
    def received_bytes(self) -> int:
        return self._received

    def process(self) -> Any:
        if not self._is_refused and self.requestHeaders.hasHeader(b"Upgrade"):
            self._check_upgrade()
        if self._is_refused:
            return None
        if self.uri.startswith((b"http://", b"https://")):
            self._take_whole_address()
        # A chunked body is complete here, and Django needs its length.
        if self.requestHeaders.hasHeader(b"Transfer-Encoding"):
            self.requestHeaders.removeHeader(b"Transfer-Encoding")
            self.requestHeaders.setRawHeaders(b"Content-Length", [str(self._received).encode()])
        return super().process()

    def _take_whole_address(self) -> None:
        """As proxies ask: the host in the address goes before that of the header (RFC 9112, 3.2.2)."""
        host, slash, rest = self.uri.partition(b"://")[2].partition(b"/")
        self.requestHeaders.setRawHeaders(b"Host", [host.partition(b"?")[0]])
        self.uri = (slash or b"/") + rest
        self.path = self.uri.partition(b"?")[0]

    def _check_upgrade(self) -> None:
        """Refuse a socket's request with a body, and clients that flooded a moment ago."""
        if self._received:
            self._refuse(problem(400, "A request that opens a socket has no body."))
            return
        headers = [(name.lower(), value) for name, values in self._raw_headers() for value in values]
        peer = self.channel.transport.getPeer()
        address = self.channel.factory.server.address_of(headers, [str(getattr(peer, "host", ""))])
        path = self.path.decode("latin-1")
        if shut_s := self.channel.factory.server.floods.shut_s(address, client_of(address, path, headers)):
            self._refuse(too_many(shut_s))

    def _raw_headers(self) -> Any:
        return self.requestHeaders.getAllRawHeaders()

    def _refuse(self, error: Problem | None = None) -> None:
        self._is_refused = True
        hang_up(self.channel, error or too_large(self._limit_bytes))

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Daphne's own refusals, below the application: for the API in its error shape instead of HTML."""
        if not self.uri.startswith(b"/api"):
            super().basic_error(status, status_text, body)
            return
        content = json.dumps(problem(status, f"{body}.").body()).encode()
        headers = [(b"Content-Type", b"application/json"), (b"Content-Length", str(len(content)).encode())]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": content})


def hang_up(channel: Any, error: Problem) -> None:
    """Answer at once, although data may still arrive, and close the connection shortly after."""
    REFUSED.add(str(error.status))
    body = json.dumps(error.body()).encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in error.headers.items())
    head = (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\nContent-Type: application/json\r\n{more}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    channel.transport.write(head.encode() + body)
    channel.transport.loseWriteConnection()
    reactor.callLater(LINGER_S, channel.transport.abortConnection)


def hang_up_deaf(channel: Any, error: Problem) -> None:
    """Like `hang_up`, and ignore whatever still arrives."""
    channel.setRawMode()
    channel.rawDataReceived = lambda data: None
    hang_up(channel, error)


def install() -> None:
    """Patch Twisted's channel class: its factory creates channels itself, so its two refusals are replaced there."""
    channels: Any = HTTPChannel
    too_long, improper = "The address or a header is too long.", "This is no proper HTTP request."
    channels.lineLengthExceeded = lambda channel, line: hang_up_deaf(channel, problem(431, too_long))
    channels._respondToBadRequestAndDisconnect = lambda channel: hang_up_deaf(channel, problem(400, improper))
    for status in HTTPStatus:  # Twisted calls those it does not know, such as 422 and 429, "Unknown Status"
        RESPONSES.setdefault(status.value, status.phrase.encode())
    http_protocol.WebRequest = BoundedRequest  # Daphne's factory has no parameter for the class

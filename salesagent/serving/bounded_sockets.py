"""Daphne's sockets, but bounded: frames are counted where they arrive, before anything is queued or answered.

Who floods is closed with 4429 and stays shut out for a while. Who sends more than is taken waits: nothing more is read
from its connection until the application has caught up.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor as installed_reactor

from access.rates import site_of
from access.token_bucket import TokenBucket

reactor: Any = installed_reactor  # a module to type checkers, the asyncio reactor at runtime
log = logging.getLogger(__name__)

TOO_LARGE, TOO_MANY = 1009, 4429
LAST_DATA_OPCODE = 7  # those above are pings, pongs and goodbyes
LINGER_S = 2  # a flooder that still sends must be able to read why it is closed
MAX_DROPPED_BYTES = 4_194_304  # what is read and dropped meanwhile; then the connection ends without a word
MAX_EARLY_BYTES = 16_384  # before the handshake is answered nobody has anything to say
MAX_WAITING = 16  # messages the application has not taken yet; then nothing more is read
LARGE_BYTES = 16_384  # one so large is taken before the next one is read
MAX_REASON_BYTES = 123  # what a frame that closes has room for
LOOK_S = 0.01  # how often an application that is behind is looked at

SHUT_S = 10  # a flooder may come back after this
STRIKES, STRIKES_WITHIN_S = 5, 60  # so many floods of one address shut it out as a whole
ADDRESS_SHUT_S = 60
MAX_REMEMBERED = 10_000  # flooders; beyond that the oldest are forgotten


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """What one socket may send: frames of every kind, pings and pieces of a message too."""

    frames_per_s: float
    frames_at_once: int
    message_bytes: int


# Each is above what the application itself tells a busy client, so that its kinder words come first.
PAGE = SocketLimits(5, 60, 1_024)  # a page sends a ping in 25 s, of 15 bytes
JSON = SocketLimits(20, 400, 262_144)  # twice the largest frame that is taken: that one is refused in words
VOICE = SocketLimits(150, 1_500, 262_144)  # 31 frames of sound a second, ten seconds of it at once


def limits_of(path: str) -> SocketLimits:
    if path.startswith("/ws/audio"):
        return VOICE
    return PAGE if path.startswith("/ws/") else JSON


class Floods:
    """Who flooded a moment ago, and until when it is shut out. In this process only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._until: dict[str, float] = {}
        self._strikes: dict[str, list[float]] = {}

    def note(self, address: str, client: str) -> None:
        """One client flooded; often enough, and its whole address is shut out."""
        now = self._clock()
        self._shut(client, now + SHUT_S)
        address = site_of(address)
        strikes = [at for at in self._strikes.pop(address, []) if at > now - STRIKES_WITHIN_S] + [now]
        self._strikes[address] = strikes
        if len(strikes) >= STRIKES:
            self._shut(address, now + ADDRESS_SHUT_S)
            del self._strikes[address]
        _forget_oldest(self._strikes)

    def shut_s(self, address: str, client: str) -> int:
        """How many seconds this client has to wait; 0 for one that is welcome."""
        until = max(self._until.get(client, 0.0), self._until.get(site_of(address), 0.0))
        return max(0, int(until - self._clock() + 1)) if until > self._clock() else 0

    def _shut(self, who: str, until: float) -> None:
        self._until.pop(who, None)
        self._until[who] = until
        _forget_oldest(self._until)


def client_of(address: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """One client among those of an address: others behind it, with other cookies or another program, are not meant."""
    told = sorted(value for name, value in headers if name.lower() in {b"cookie", b"authorization", b"user-agent"})
    return hashlib.sha256(b"\n".join([address.encode(), path.encode(), *told])).hexdigest()


class BoundedSocket(WebSocketProtocol):
    """One socket within its limits."""

    _is_asked = _is_out = False
    _early = b""
    _dropped_bytes = 0

    def onConnect(self, request: Any) -> Any:
        limits = limits_of(request.path)
        self.maxMessagePayloadSize = self.maxFramePayloadSize = 0  # theirs would bound what the server sends, too
        self._message_bytes = limits.message_bytes
        self._bucket = TokenBucket(limits.frames_per_s, limits.frames_at_once)
        return super().onConnect(request)

    def connectionLost(self, reason: Any) -> None:
        self.factory.server_class.open.leave(self.transport)
        super().connectionLost(reason)

    def onOpen(self) -> None:
        super().onOpen()
        reactor.callLater(0, self._dataReceived, b"")  # what came early

    def _dataReceived(self, data: bytes) -> None:
        if self._is_out:
            self._drop(data)
        elif self.state == self.STATE_CONNECTING and self._is_asked:
            self._early += data  # the library below would read it as another request, and keep any amount of it
            if len(self._early) > MAX_EARLY_BYTES:
                self.dropConnection(abort=True)
        else:
            self._is_asked = True
            data, self._early = self._early + data, b""
            if data:
                super()._dataReceived(data)

    def onFrameBegin(self) -> None:
        super().onFrameBegin()
        if self._is_out:
            return
        if not self._bucket.take():
            self._end_flood()
        elif self.current_frame.opcode <= LAST_DATA_OPCODE and self.message_data_total_length > self._message_bytes:
            self._fail_connection(TOO_LARGE, f"A message may have at most {self._message_bytes:,} bytes.")

    def onPing(self, payload: bytes) -> None:
        if not getattr(self.transport, "producerPaused", False):  # one that reads nothing needs no pongs
            super().onPing(payload)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if not self.muted and (len(payload) >= LARGE_BYTES or self._waiting() >= MAX_WAITING):
            self.transport.pauseProducing()
            self._read_on()

    def _waiting(self) -> int:
        queue = getattr(self, "application_queue", None)
        return queue.qsize() if queue is not None else 0

    def _read_on(self) -> None:
        if self._waiting() and self.state == self.STATE_OPEN:
            reactor.callLater(LOOK_S, self._read_on)
        else:
            self.transport.resumeProducing()

    def _end_flood(self) -> None:
        path = self.path.decode()
        server = self.factory.server_class
        address = server.address_of(self.clean_headers, self.client_addr)
        server.floods.note(address, client_of(address, path, self.clean_headers))
        log.warning("a socket at %s was closed: it flooded with frames", path)
        self._put_out(TOO_MANY, "Too many frames.")

    def _fail_connection(self, code: int = 1001, reason: str = "") -> None:
        """What breaks the protocol or is too large: the library below would drop the connection without a word."""
        if self.state == self.STATE_OPEN:
            self._put_out(code, reason)
        else:
            super()._fail_connection(code, reason)

    def _put_out(self, code: int, reason: str) -> None:
        """Say why, read nothing more of what comes, and end the connection shortly after."""
        self._is_out = self.muted = True
        self.data = b""
        queue = getattr(self, "application_queue", None)
        if queue is not None:
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait({"type": "websocket.disconnect", "code": code})
        self.closeHandshakeTimeout = LINGER_S
        self.sendCloseFrame(code=code, reasonUtf8=reason.encode()[:MAX_REASON_BYTES])

    def _drop(self, data: bytes) -> None:
        self._dropped_bytes += len(data)
        if self._dropped_bytes > MAX_DROPPED_BYTES:
            self.dropConnection(abort=True)


def _forget_oldest(kept: dict[str, Any]) -> None:
    while len(kept) > MAX_REMEMBERED:
        del kept[next(iter(kept))]

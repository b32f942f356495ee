"""Daphne's sockets with limits: frames are counted as they arrive, before anything is queued or answered.

A client that floods is closed with 4429 and shut out for a while. If a client sends faster than the application can
handle, nothing more is read from its connection until the application has caught up.
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
LAST_DATA_OPCODE = 7  # higher ones are pings, pongs and closing frames
LINGER_S = 2  # time for a client that is still sending to read why it is closed
MAX_DROPPED_BYTES = 4_194_304  # read and dropped meanwhile; after that the connection is cut
MAX_EARLY_BYTES = 16_384  # before the handshake is answered a client should send nothing
MAX_WAITING = 16  # messages that wait for the application; with more, reading stops
LARGE_BYTES = 16_384  # such a message must be handled before the next one is read
MAX_REASON_BYTES = 123  # the room in a closing frame
LOOK_S = 0.01  # how often an application that is behind is checked

SHUT_S = 10  # a client that flooded may come back after this
STRIKES, STRIKES_WITHIN_S = 5, 60  # so many floods from one address shut out the whole address
ADDRESS_SHUT_S = 60
MAX_REMEMBERED = 10_000  # flooders; beyond that the oldest are forgotten


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """What one socket may send: frames of every kind, including pings and parts of messages."""

    frames_per_s: float
    frames_at_once: int
    message_bytes: int


# Each limit is above the application's own one, which has kinder words for busy clients.
PAGE = SocketLimits(5, 60, 1_024)  # a page sends a ping in 25 s, of 15 bytes
JSON = SocketLimits(20, 400, 262_144)  # twice the largest valid frame, which the application refuses in words
VOICE = SocketLimits(150, 1_500, 262_144)  # 31 frames of sound a second, ten seconds of it at once


def limits_of(path: str) -> SocketLimits:
    if path.startswith("/ws/audio"):
        return VOICE
    return PAGE if path.startswith("/ws/") else JSON


class Floods:
    """Clients that flooded a moment ago, and until when each is shut out. For this process only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._until: dict[str, float] = {}
        self._strikes: dict[str, list[float]] = {}

    def note(self, address: str, client: str) -> None:
        """Record that a client flooded. If its address does so often, the whole address is shut out."""
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
        """How many seconds this client has to wait; 0 if it may connect."""
        until = max(self._until.get(client, 0.0), self._until.get(site_of(address), 0.0))
        return max(0, int(until - self._clock() + 1)) if until > self._clock() else 0

    def _shut(self, who: str, until: float) -> None:
        self._until.pop(who, None)
        self._until[who] = until
        _forget_oldest(self._until)


def client_of(address: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Identifies one client of an address by cookies and program, so that others behind it are not affected."""
    told = sorted(value for name, value in headers if name.lower() in {b"cookie", b"authorization", b"user-agent"})
    return hashlib.sha256(b"\n".join([address.encode(), path.encode(), *told])).hexdigest()


class BoundedSocket(WebSocketProtocol):
    """One socket with its limits."""

    _is_asked = _is_out = False
    _early = b""
    _dropped_bytes = 0

    def onConnect(self, request: Any) -> Any:
        limits = limits_of(request.path)
        self.maxMessagePayloadSize = self.maxFramePayloadSize = 0  # these would also limit what the server sends
        self._message_bytes = limits.message_bytes
        self._bucket = TokenBucket(limits.frames_per_s, limits.frames_at_once)
        return super().onConnect(request)

    def connectionLost(self, reason: Any) -> None:
        self.factory.server_class.open.leave(self.transport)
        super().connectionLost(reason)

    def onOpen(self) -> None:
        super().onOpen()
        reactor.callLater(0, self._dataReceived, b"")  # handle what came early

    def _dataReceived(self, data: bytes) -> None:
        if self._is_out:
            self._drop(data)
        elif self.state == self.STATE_CONNECTING and self._is_asked:
            self._early += data  # autobahn would parse it as another request and keep any amount of it
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
        if not getattr(self.transport, "producerPaused", False):  # a client that reads nothing gets no pongs
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
        """Close after a protocol error or a frame that is too large; autobahn would drop the connection silently."""
        if self.state == self.STATE_OPEN:
            self._put_out(code, reason)
        else:
            super()._fail_connection(code, reason)

    def _put_out(self, code: int, reason: str) -> None:
        """Say why, ignore whatever still arrives, and close the connection shortly after."""
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

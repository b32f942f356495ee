"""The JSON socket `/socket`: the events of one session for clients that draw them themselves. docs/asyncapi.yaml."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from access.rates import RateLimited
from access.sockets import CountedSocket
from access.staying import staying
from access.token_bucket import TokenBucket
from conversations.intake import door
from conversations.intake.door import Said
from conversations.intake.refusals import EXPECTED, refusal_of
from conversations.messages import reading
from conversations.messages.events import (
    AgentGone,
    Event,
    LookAgain,
    MessageFinished,
    ServerStopping,
    SessionGone,
    Writes,
)
from conversations.replies.hub import Subscription, hub
from conversations.replies.pace import pause_s
from conversations.replies.runs import runs
from conversations.socket import feed as json_feed
from conversations.socket.entry import Entry, enter
from conversations.socket.feed import Frame, JsonFeed
from conversations.socket.frames import Connect, FrameRefused, Ping, Say, Stop, Typing, read

log = logging.getLogger(__name__)

# 1000 and 3000 to 4999 are all that the library below lets a server send.
FAULT = 4011
RESTARTING = 4012
SLOW = 4013
UNAUTHORISED = 4401
GONE = 4404
NOT_CONNECTED = 4408
TOO_MANY = 4429
CLOSE_CODES = (FAULT, RESTARTING, SLOW, UNAUTHORISED, GONE, NOT_CONNECTED, TOO_MANY)

CONNECT_S = 10.0  # to send a first frame that lets the client in
SEND_S = 20.0  # a client that takes nothing for so long is dropped; until then its deltas are merged, not piled up
QUIET_S = 5.0  # the longest silence of a running answer that is taken on trust
MAX_WAITING = 64  # direct answers (errors, pongs) a client may leave unread
FRAMES_PER_S, FRAMES_AT_ONCE = 10, 60  # a typist sends one in a few seconds, a client that reconnects a handful
MAX_DROPPED = 200  # frames over that rate, after which the client is not a busy one but a broken one


class JsonConsumer(CountedSocket):
    """One client of one session. It may go and come back at any time: nothing depends on it."""

    def __init__(self, *, connect_s: float = CONNECT_S, send_s: float = SEND_S, frames_at_once: int = FRAMES_AT_ONCE):
        super().__init__()
        self._connect_s, self._send_s = connect_s, send_s
        self._entry: Entry | None = None
        self._is_told = asyncio.Event()  # the connect frame was sent, and the others may follow
        self._tasks: list[asyncio.Task[None]] = []
        self._answers: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._bucket = TokenBucket(FRAMES_PER_S, frames_at_once)
        self._dropped = 0
        self._is_closed = False

    async def connect(self) -> None:
        await self.accept()  # a refusal by HTTP status tells a browser nothing; a close code does
        try:
            self.take_place()
        except RateLimited:
            await self._end(TOO_MANY)
            return
        self._start(self._answer_in_turn())
        self._start(self._wait_for_entry())

    async def disconnect(self, code: int) -> None:
        self._is_closed = True
        self._held.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closed:
            return
        if not self._bucket.take():
            await self._drop_frame()
            return
        client_id = ""
        try:
            frame = read(text_data)
            client_id = frame.client_id if isinstance(frame, Say) else ""
            await self._take(frame)
        except FrameRefused as refused:
            self._refuse(refused.code, refused.detail, client_id=refused.client_id or client_id)
        except EXPECTED as error:
            if isinstance(error, DatabaseError):
                log.warning("a socket's frame: the database refused: %s", type(error).__name__)
            refusal = refusal_of(error)
            code = "unavailable" if refusal.code == "restarting" else refusal.code  # as docs/asyncapi.yaml has it
            self._refuse(code, refusal.detail, refusal.message if client_id else None, client_id)

    # --- what a client does -----------------------------------------------------------------------------------

    async def _take(self, frame: Connect | Say | Stop | Typing | Ping) -> None:
        match frame:
            case Ping():
                self._answer({"type": "pong"})
            case Connect():
                await self._connect(frame)
            case Say():
                await self._say(self._writer(), frame)
            case Stop(message_id):
                answer = await reading.message(self._writer().session_id, message_id)
                await runs().stop(answer.session_id, answer.id)
            case Typing():
                session_id = str(self._writer().session_id)
                hub().publish(session_id, Writes(session_id, ""))

    async def _connect(self, frame: Connect) -> None:
        if self._entry:
            raise FrameRefused("already_connected", _("This socket is connected; open another one."))
        self._entry = await enter(frame, self._bearer(), self.address)
        self._start(self._feed(self._entry, frame.after))
        if not self._entry.caller.is_visitor:
            self._start(self._end_with_the_key(self._entry))
        await self._is_told.wait()

    async def _say(self, entry: Entry, frame: Say) -> None:
        said = Said(frame.content, frame.client_id, attachments=frame.attachments)
        turn = await door.say(entry.caller, entry.session_id, said)
        if not turn.is_new:  # a repeat is not announced, so the client is answered here
            self._answer(json_feed.said(turn.question))
            if turn.answer and not turn.answer.is_running:
                self._answer(json_feed.said(turn.answer))

    def _writer(self) -> Entry:
        if self._entry is None:
            raise FrameRefused("not_connected", _("Send a “connect” frame first."))
        if not self._entry.may_write:
            raise FrameRefused("forbidden", _("This key may not do that: it lacks a scope."))
        return self._entry

    def _bearer(self) -> str:
        raw = next((value for name, value in self.scope["headers"] if name == b"authorization"), b"")
        scheme, _space, secret = raw.decode("latin-1").strip().partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else ""

    # --- what it is told --------------------------------------------------------------------------------------

    async def _feed(self, entry: Entry, after: uuid.UUID | None) -> None:
        session_id = str(entry.session_id)
        feed = JsonFeed()
        try:
            agent_id = await door.agent_of(entry.session_id)
            async with hub().subscribe(session_id, agent_id) as subscription:
                found = await reading.since(session_id, after)
                await self._send([feed.connect(found, entry.token)])
                await self._send(feed.agent(is_active=found.session.agent.is_active))
                self._is_told.set()
                runs().start(session_id)  # an answer that a dead process left behind goes on now
                await self._follow(feed, subscription, session_id)
        except reading.SessionMissing:
            await self._send([{"type": "status", "state": "deleted"}])
            await self._end(GONE)
        except Exception:  # otherwise the client would stay connected and receive nothing more
            log.exception("session %s: a socket's feed broke off; the client is told to come back", session_id)
            await self._end(FAULT)
        finally:
            self._is_told.set()

    async def _follow(self, feed: JsonFeed, subscription: Subscription, session_id: str) -> None:
        while not self._is_closed:
            try:
                async with asyncio.timeout(QUIET_S if feed.running else None):
                    events: list[Event] = await subscription.take()
            except TimeoutError:
                events = [LookAgain()]  # perhaps another process makes the answer, and its events do not arrive
                hub().ask_again(session_id)
            if LookAgain() in events:
                events += await reading.missed(session_id, feed.told_at_first, feed.running)
                if standing := await reading.standing(session_id, feed.speaker_number):
                    await self._send(feed.speaker(standing.changes))
                    await self._send(feed.agent(is_active=standing.is_agent_active))
            for event in events:
                await self._send(feed.frames(event))
                if isinstance(event, MessageFinished) and event.message.has_failed:
                    failure = await reading.failure(event.message)
                    await self._send([json_feed.failed(event.message, failure)])
                if isinstance(event, SessionGone | AgentGone | ServerStopping):
                    await self._end(RESTARTING if isinstance(event, ServerStopping) else GONE)
                    return
            if wait_s := pause_s():
                await asyncio.sleep(wait_s)

    async def _end_with_the_key(self, entry: Entry) -> None:
        async with staying(entry.caller) as stay:
            await stay.over()
        detail = _("The key was revoked or is over. Connect with a valid one.")
        await self._send([json_feed.error("unauthorized", detail)])
        await self._end(UNAUTHORISED)

    async def _answer_in_turn(self) -> None:
        while not self._is_closed:
            await self._send_text(await self._answers.get())

    async def _wait_for_entry(self) -> None:
        await asyncio.sleep(self._connect_s)
        if self._entry is None:
            await self._end(NOT_CONNECTED)

    def _answer(self, frame: Frame) -> None:
        """Queue a frame for this client alone. A client that does not read is closed."""
        try:
            self._answers.put_nowait(json_feed.dumped(frame))
        except asyncio.QueueFull:
            self._start(self._end(SLOW))

    def _refuse(self, code: str, detail: str, fallback_message: str | None = None, client_id: str = "") -> None:
        self._answer(json_feed.error(code, detail, fallback_message, client_id))

    async def _drop_frame(self) -> None:
        self._dropped += 1
        if self._dropped == 1:
            self._refuse("too_fast", _("Send at most %(rate)s frames a second.") % {"rate": FRAMES_PER_S})
        elif self._dropped >= MAX_DROPPED:
            await self._end(TOO_MANY)

    async def _send(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            await self._send_text(json_feed.dumped(frame))

    async def _send_text(self, text: str) -> None:
        """Waits until the connection has room again, and closes one that has none for too long."""
        if self._is_closed:
            return
        try:
            async with asyncio.timeout(self._send_s):
                with contextlib.suppress(RuntimeError):  # the client left between two frames
                    await self.send(text_data=text)
        except TimeoutError:
            await self._end(SLOW)

    async def _end(self, code: int) -> None:
        if not self._is_closed:
            self._is_closed = True
            with contextlib.suppress(RuntimeError):
                await self.close(code)

    def _start(self, work: Any) -> None:
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(work))

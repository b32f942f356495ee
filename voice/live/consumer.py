"""The live voice socket `/ws/audio`, protocol `voice.v1` of docs/voice-socket.md: lets clients in and moves frames."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from access.rates import RateLimited
from access.sockets import CountedSocket
from access.staying import staying
from access.token_bucket import TokenBucket
from conversations.intake import door, turns
from conversations.messages import reading
from conversations.messages.events import AgentGone, AgentSwitched, ServerStopping, SessionGone
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from conversations.socket import feed
from conversations.socket.entry import Entry
from conversations.socket.frames import FrameRefused
from language.of_site import shipped
from voice.live import entry, wiring
from voice.live.conversation import IDLE_S, MAX_DURATION_S, LiveConversation
from voice.live.ears import MAX_TURN_S
from voice.live.protocol import close_codes, refusals, server_frames
from voice.live.protocol.frames import Hello, VoicePing, read, unpack
from voice.live.session_turns import SessionTurns
from voice.live.stages import Stages

log = logging.getLogger(__name__)

PROTOCOL = "voice.v1"
HELLO_S = 5.0  # the time a client has to send a valid `hello`
SEND_S = 20.0  # a client that receives nothing for this long is disconnected; meanwhile no more sound is made for it
FRAMES_PER_S, FRAMES_AT_ONCE = 100, 1000  # usual are 31 of sound and some 10 others a second; 10 s may come at once
MAX_BAD = 20  # invalid frames; after so many the client is considered broken

StagesOf = Callable[[uuid.UUID], Awaitable[Stages]]


class VoiceConsumer(CountedSocket):
    """One live conversation. It may break off at any time, since messages and answers are in the database."""

    def __init__(
        self,
        *,
        stages_of: StagesOf = wiring.stages_of,
        hello_s: float = HELLO_S,
        send_s: float = SEND_S,
        idle_s: float = IDLE_S,
        longest_s: float = MAX_DURATION_S,
    ):
        super().__init__()
        self._stages_of, self._hello_s, self._send_s = stages_of, hello_s, send_s
        self._limits = {"idle_s": idle_s, "longest_s": longest_s}
        self._conversation: LiveConversation | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._bucket = TokenBucket(FRAMES_PER_S, FRAMES_AT_ONCE)
        self._bad = 0
        self._is_closed = False
        self._sending = asyncio.Lock()  # keeps the order of frames that come from different tasks

    # --- the socket -------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        offered = self.scope.get("subprotocols", [])
        # The socket is accepted before it is refused: a browser cannot see an HTTP status, but it sees a close code.
        await self.accept(PROTOCOL if PROTOCOL in offered else None)
        if offered and PROTOCOL not in offered:
            await self.close(close_codes.BAD_FRAMES)
            return
        try:
            self.take_place()
        except RateLimited:
            await self.close(close_codes.TOO_MANY)
            return
        self._start(self._wait_for_hello())

    async def disconnect(self, code: int) -> None:
        self._is_closed = True
        self._held.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._conversation:
            await self._conversation.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closed:
            return
        if not self._bucket.take():
            await self.close(close_codes.TOO_MANY)
            return
        try:
            await self._take(text_data, bytes_data)
        except FrameRefused as refused:
            await self._refuse(refused)
        except refusals.EXPECTED as error:
            await self.tell(refusals.frame_of(error))
        except Exception:  # Channels would end the consumer without `disconnect`, which cleans up
            log.exception("a live conversation: a frame could not be taken")
            await self.close(close_codes.FAULT)

    async def _take(self, text: str | None, data: bytes | None) -> None:
        if data is not None:
            if self._conversation:
                await self._conversation.hear(unpack(data))
            return
        frame = read(text or "")
        if isinstance(frame, Hello):
            await self._hello(frame)
        elif self._conversation:
            await self._conversation.take(frame)
        elif isinstance(frame, VoicePing):
            await self.tell(server_frames.pong())
        else:
            raise FrameRefused("no_hello", _("Send a “hello” frame first."))

    async def _refuse(self, refused: FrameRefused) -> None:
        await self.tell(refusals.frame_of(refused))
        self._bad += 1
        if self._bad >= MAX_BAD:
            await self.close(close_codes.BAD_FRAMES)

    # --- coming in --------------------------------------------------------------------------------------------

    async def _hello(self, hello: Hello) -> None:
        if self._conversation:
            raise FrameRefused("already_open", _("This conversation is open; open another socket for another one."))
        if language := shipped(hello.language):
            translation.activate(language)
        try:
            await self._open(hello)
        except refusals.EXPECTED as error:
            await self.tell(refusals.frame_of(error))
            await self.close(CLOSES.get(refusals.code_of(error), close_codes.UNAUTHORISED))
        except Exception:
            log.exception("a live conversation could not be opened")
            await self.close(close_codes.FAULT)

    async def _open(self, hello: Hello) -> None:
        newcomer = await entry.agent_of_newcomer(hello, self.scope["headers"])
        if newcomer:
            await self._stages_for(newcomer, hello)  # refuse before a session is made
        let_in = await entry.let_in(hello, self.scope["headers"], self.address)
        if not let_in.may_write:
            raise FrameRefused("forbidden", _("This key may not do that: it lacks a scope."))
        session_id = str(let_in.session_id)
        self._held.enter_context(entry.place_in(session_id))
        agent_id = await door.agent_of(let_in.session_id)
        stages = await self._stages_for(agent_id, hello)
        subscribed = asyncio.Event()
        self._start(self._watch(session_id, agent_id, subscribed))
        if not let_in.caller.is_visitor:
            self._start(self._end_with_the_key(let_in))
        await subscribed.wait()
        runs().start(session_id)  # continues an answer that a dead process left unfinished
        has_messages = await self._tell_ready(let_in)
        self._conversation = LiveConversation(
            SessionTurns(let_in.caller, let_in.session_id),
            stages,
            self,
            language=hello.language or stages.language,
            tells_metrics=hello.wants_metrics,
            **self._limits,
        )
        self._conversation.start(greets=hello.wants_greeting and not has_messages)

    async def _stages_for(self, agent_id: uuid.UUID, hello: Hello) -> Stages:
        """The agent's stages. Raises FrameRefused if no provider understands the language."""
        stages = await self._stages_of(agent_id)
        if not stages.hears(hello.language or stages.language):
            raise FrameRefused("language", _("I do not understand speech in this language. Please type your message."))
        return stages

    async def _tell_ready(self, let_in: Entry) -> bool:
        found = await reading.since(let_in.session_id, None)
        conversation = feed.JsonFeed().connect(found, let_in.token)
        limits = {"turn_s": MAX_TURN_S, "idle_s": int(self._limits["idle_s"])}
        limits["session_s"] = int(self._limits["longest_s"])
        await self.tell(server_frames.ready(conversation, limits))
        return bool(found.messages)

    async def _wait_for_hello(self) -> None:
        await asyncio.sleep(self._hello_s)
        if self._conversation is None:
            await self.close(close_codes.UNAUTHORISED)

    async def _watch(self, session_id: str, agent_id: uuid.UUID, subscribed: asyncio.Event) -> None:
        """Close when the session or its agent is gone, or this process ends. (`Answers` follows the answers.)"""
        async with hub().subscribe(session_id, agent_id) as subscription:
            subscribed.set()
            standing = await reading.standing(session_id)
            if standing and not standing.is_agent_active:
                await self._end_without_agent()
                return
            async for event in subscription:
                match event:
                    case SessionGone() | AgentGone():
                        await self.tell(refusals.frame_of(reading.SessionMissing()))
                        await self.close(close_codes.GONE)
                    case AgentSwitched(is_active=False):
                        await self._end_without_agent()
                    case ServerStopping():
                        await self.tell(refusals.frame_of(turns.ServerDraining()))
                        await self.close(close_codes.RESTARTING)
                if self._is_closed:
                    return

    async def _end_without_agent(self) -> None:
        message = _("Nobody takes messages here at the moment. What was said so far stays readable.")
        await self.tell(server_frames.error("agent_away", message))
        await self.close(close_codes.AWAY)

    async def _end_with_the_key(self, let_in: Entry) -> None:
        async with staying(let_in.caller) as stay:
            await stay.over()
        message = _("The key was revoked or is over. Connect with a valid one.")
        await self.tell(server_frames.error("unauthorized", message))
        await self.close(close_codes.UNAUTHORISED)

    # --- what the client is told ------------------------------------------------------------------------------

    async def tell(self, frame: dict[str, Any]) -> None:
        await self._send(text_data=feed.dumped(frame))

    async def play(self, packet: bytes) -> None:
        await self._send(bytes_data=packet)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        if not self._is_closed:
            self._is_closed = True
            with contextlib.suppress(RuntimeError):  # the client left at the same moment
                await super().close(code, reason)

    async def _send(self, *, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send a frame and wait until the connection has room again. Close it if that takes longer than SEND_S."""
        if self._is_closed:
            return
        try:
            async with asyncio.timeout(self._send_s), self._sending:
                if not self._is_closed:
                    with contextlib.suppress(RuntimeError):  # the client left between two frames
                        await self.send(text_data=text_data, bytes_data=bytes_data)
        except TimeoutError:
            await self.close(close_codes.SLOW)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))


CLOSES = {
    "not_found": close_codes.GONE,
    "language": close_codes.UNHEARD,
    "restarting": close_codes.RESTARTING,
    "rate_limited": close_codes.TOO_MANY,
    "unavailable": close_codes.FAULT,
}

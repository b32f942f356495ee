"""Carries events between processes over the channel layer: coalesced, never one message a token. Idle without Redis.

Nothing here may be relied on: what is lost on the way is noticed by its offset, or by the silence, and asked for again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from conversations.messages.events import Delta, Event, from_wire, merge, to_wire

log = logging.getLogger(__name__)

FLUSH_S = 0.04  # a page shows at most 20 frames a second; more often would not be seen
TIMEOUT_S = 2.0  # a Redis that does not answer must not keep a page waiting: it polls the database instead
RETRY_S = 1.0
BEAT_S = 1.0  # how often this process sends a sign of life to where others ask, and hears its own
DEAF_S = 3 * BEAT_S  # without hearing it
ASKED = "asked"  # the group of all processes: whoever speaks in a session hears that something of it is wanted


class Relay:
    """Receives events of the sessions that this process listens to, and sends its own to the other processes."""

    def __init__(self, hub: Any):
        self._hub = hub
        self._layer: Any = get_channel_layer()
        self._origin = secrets.token_hex(8)
        self._outgoing: dict[str, list[Event]] = {}
        self._wanted: set[str] = set()
        self._asked: set[str] = set()  # a moment ago: the answer to that is on its way
        self._flush: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._channel = ""
        self._opening = asyncio.Lock()
        self._heard_at = 0.0
        self._is_deaf = False

    @property
    def is_idle(self) -> bool:
        """True if there is only one process."""
        return isinstance(self._layer, InMemoryChannelLayer)

    async def join(self, session_id: str) -> None:
        """Begin to receive the events of a session, first the running texts of other processes.

        Never raises: without it, pages poll the database.
        """
        if self.is_idle:
            return
        self._begin()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._join(session_id)
        except Exception as error:  # a channel layer raises what its client raises
            self._is_deaf = True  # joined a second later, with all others
            log.warning("session %s is not heard from other processes: %s", session_id, type(error).__name__)

    async def leave(self, session_id: str) -> None:
        if self._channel:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self._layer.group_discard(_group(session_id), self._channel)
            except Exception as error:
                log.warning("session %s could not be left: %s", session_id, type(error).__name__)

    def tell(self, session_id: str, event: Event) -> None:
        """Pass an event on to the other processes, within FLUSH_S."""
        if self.is_idle:
            return
        self._begin()  # a process that missed the first events will ask for them
        waiting = self._outgoing.setdefault(session_id, [])
        last = waiting[-1] if waiting else None
        if isinstance(event, Delta) and isinstance(last, Delta) and (merged := merge(last, event)):
            waiting[-1] = merged
            return
        waiting.append(event)
        self._send_later()

    def ask_again(self, session_id: str) -> None:
        """Ask the other processes to repeat the running texts of a session, because a part did not arrive."""
        if self.is_idle or session_id in self._asked:
            return
        self._asked.add(session_id)
        asyncio.get_running_loop().call_later(RETRY_S, self._asked.discard, session_id)
        self._wanted.add(session_id)
        self._send_later()

    def _begin(self) -> None:
        if self._beating is None:
            self._heard_at = _now()
            self._listening = asyncio.create_task(self._listen())
            self._beating = asyncio.create_task(self._beat())

    # --- out ----------------------------------------------------------------------------------------------------

    def _send_later(self) -> None:
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._send_soon(), name="relay out")

    async def _send_soon(self) -> None:
        while self._outgoing or self._wanted:
            outgoing, self._outgoing = self._outgoing, {}
            wanted, self._wanted = self._wanted, set()
            for session_id, events in outgoing.items():
                await self._try_to_send(session_id, {"events": [to_wire(event) for event in events]})
            for session_id in wanted:
                await self._try_to_send(session_id, {"wanted": True})
            await asyncio.sleep(FLUSH_S)

    async def _try_to_send(self, session_id: str, body: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._send(session_id, body)
        except Exception as error:
            self._is_deaf = True  # others lack it, and are told anew
            log.warning("session %s could not be passed on: %s", session_id, type(error).__name__)

    async def _send(self, session_id: str, body: dict[str, Any]) -> None:
        message = {"type": "relay", "origin": self._origin, "session": session_id, **body}
        await self._layer.group_send(ASKED if "wanted" in body else _group(session_id), message)

    # --- in -----------------------------------------------------------------------------------------------------

    async def _join(self, session_id: str) -> None:
        await self._enter(session_id)
        await self._send(session_id, {"wanted": True})

    async def _enter(self, session_id: str) -> None:
        await self._open()
        await self._layer.group_add(_group(session_id), self._channel)

    async def _open(self) -> None:
        """Open the mailbox of this process, once."""
        async with self._opening:
            if not self._channel:
                channel = await self._layer.new_channel()
                await self._layer.group_add(ASKED, channel)
                self._channel = channel
        _end_if_cancelled()

    async def _listen(self) -> None:
        while True:
            try:
                await self._open()
                message = await self._layer.receive(self._channel)
            except Exception as error:
                log.warning("nothing is heard from other processes: %s", type(error).__name__)
                await asyncio.sleep(RETRY_S)
                continue
            try:
                self._take(message)
            except Exception:  # an event of another version must not stop this task
                log.exception("an event of another process could not be read")

    def _take(self, message: dict[str, Any]) -> None:
        if message["origin"] == self._origin:
            self._heard_at = _now()
            return
        session_id = message["session"]
        if message.get("wanted"):
            for event in self._hub.snapshot(session_id):
                self.tell(session_id, event)
        for wire in message.get("events", ()):
            self._hub.publish(session_id, from_wire(wire), is_ours=False)

    async def _beat(self) -> None:
        """Notice when nothing arrives any more where others ask, and begin anew then."""
        while True:
            sent_at = _now()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self._open()
                    await self._layer.group_send(ASKED, {"type": "relay", "origin": self._origin, "session": ""})
            except Exception as error:
                self._is_deaf = True  # what was sent meanwhile is lost, however soon it answers again
                log.warning("the channel layer does not answer: %s", type(error).__name__)
            await asyncio.sleep(BEAT_S)
            if self._heard_at < sent_at - DEAF_S and not self._is_deaf:
                self._is_deaf = True
                log.warning("nothing is heard from other processes; pages look into the database")
            if self._is_deaf:
                await self._take_up()

    async def _take_up(self) -> None:
        """After an outage: begin anew with the channel layer, join every session again, have its listeners read what
        they missed, and repeat what is made here: of two processes the one that is back first asks in vain.

        What the layer counts as joined may not be: its client connects again in the task that receives and in those
        that join, and what one of them subscribed to is lost with the other's connection.
        """
        try:
            await self._open_anew()
            sessions = self._hub.sessions()
            for session_id in sessions:
                async with asyncio.timeout(TIMEOUT_S):
                    await self._enter(session_id)
        except Exception as error:
            log.warning("other processes cannot be heard yet: %s", type(error).__name__)
            return
        self._is_deaf = False
        self._heard_at = _now()
        self._hub.look_again()
        self._wanted.update(sessions)
        for session_id, event in self._hub.made_here():
            self.tell(session_id, event)
        self._send_later()
        log.warning("other processes are heard again")

    async def _open_anew(self) -> None:
        if self._listening:
            self._listening.cancel()
        self._channel = ""
        async with asyncio.timeout(TIMEOUT_S):
            await self._layer.flush()
            await self._open()
        self._listening = asyncio.create_task(self._listen())


def _end_if_cancelled() -> None:
    """The Redis client swallows a cancellation while it connects; a task that listened afterwards would never end."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _now() -> float:
    return asyncio.get_running_loop().time()


def _group(session_id: str) -> str:
    return f"session.{session_id}"

"""The listeners of each session in this process, and the text so far of every running answer."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from conversations.messages.events import Delta, Event, LookAgain, MessageFinished, ServerStopping, Thinks, merge
from conversations.replies.relay import Relay
from lib.per_loop import PerLoop


@dataclass(slots=True)
class LiveText:
    """An answer while it is made: its pieces, and how long they are together."""

    session_id: str
    attempt: int
    is_ours: bool = True  # made in this process, not received from another
    length: int = 0
    _pieces: list[str] = field(default_factory=list)

    def append(self, delta: Delta) -> None:
        """Add the new part of `delta`, which must begin at or before the present end."""
        text = delta.text[self.length - delta.offset :]
        self._pieces.append(text)
        self.length += len(text)

    def still(self) -> LiveText:
        """A copy that does not grow, for another thread."""
        return LiveText(self.session_id, self.attempt, self.is_ours, self.length, [self.text])

    @property
    def text(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


class Subscription:
    """The events of one session for one listener, in order. A slow listener finds the deltas merged, never lost."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._ready = asyncio.Event()

    def push(self, event: Event) -> None:
        last = self._events[-1] if self._events else None
        if isinstance(event, Delta) and isinstance(last, Delta) and (merged := merge(last, event)):
            self._events[-1] = merged
            return
        self._events.append(event)
        self._ready.set()

    async def take(self) -> list[Event]:
        """All events that wait; if there are none, waits for one."""
        await self._ready.wait()
        events, self._events = list(self._events), deque()
        self._ready.clear()
        return events

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            for event in await self.take():
                yield event


EVERY_SESSION = "sessions"  # the key of listeners that watch all sessions


def agent_key(agent_id: uuid.UUID | str) -> str:
    """The key under which events about an agent are published; other events have a session's id there."""
    return f"agent.{agent_id}"


class Hub:
    """The listeners and running texts of one process (of one event loop, to be exact)."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = {}
        self._live: dict[str, LiveText] = {}
        self._thinking: dict[str, Thinks] = {}  # by answer, since its last text
        self._relay = Relay(self)

    @asynccontextmanager
    async def subscribe(self, session_id: str, agent_id: uuid.UUID | str = "") -> AsyncIterator[Subscription]:
        """Listen from this moment on; `live` and the database have what happened before.

        With `agent_id`, events about the session's agent come too.
        """
        subscription = Subscription()
        keys = [session_id, agent_key(agent_id)] if agent_id else [session_id]
        for key in keys:
            self._listeners.setdefault(key, set()).add(subscription)
        try:
            for key in keys:
                await self._relay.join(key)
            yield subscription
        finally:
            for key in keys:
                await self._unsubscribe(key, subscription)

    async def _unsubscribe(self, key: str, subscription: Subscription) -> None:
        listeners = self._listeners[key]
        listeners.discard(subscription)
        if not listeners:
            del self._listeners[key]
            self._forget_heard(key)
            await self._relay.leave(key)

    def size(self) -> str:
        """How much is kept, in words for the log."""
        listeners = set[Subscription]().union(*self._listeners.values())
        return f"{len(listeners)} listeners, {len(self._live)} running texts"

    @property
    def is_alone(self) -> bool:
        """Whether there is no other process to hear from."""
        return self._relay.is_idle

    def has_listeners(self, session_id: str) -> bool:
        return session_id in self._listeners

    def live(self, message_id: str) -> LiveText | None:
        return self._live.get(message_id)

    def thinking(self, message_id: str) -> Thinks | None:
        """The event that an answer's model thinks, for a listener that joins meanwhile; None if it does not."""
        return self._thinking.get(message_id)

    def publish(self, session_id: str, event: Event, *, is_ours: bool = True) -> None:
        """Hand the event to every listener, in order; if it is ours, also to those in other processes."""
        self._keep(session_id, event, is_ours)
        for listener in self._listeners.get(session_id, ()):
            listener.push(event)
        if is_ours:
            self._relay.tell(session_id, event)

    def dismiss(self) -> None:
        """Tell every listener of this process to come back to another one."""
        for listener in set[Subscription]().union(*self._listeners.values()):
            listener.push(ServerStopping())

    def sessions(self) -> list[str]:
        """The keys that have a listener in this process: sessions, and agents of sessions."""
        return list(self._listeners)

    def look_again(self) -> None:
        """Tell every listener that events of other processes may have been missed."""
        for session_id, listeners in self._listeners.items():
            self._forget_heard(session_id)
            for listener in listeners:
                listener.push(LookAgain())

    def ask_again(self, session_id: str) -> None:
        """Have other processes repeat the texts they make in a session: one was silent, and its events may be lost."""
        if not any(live.is_ours and live.session_id == session_id for live in self._live.values()):
            self._relay.ask_again(session_id)

    def snapshot(self, session_id: str) -> Iterator[Event]:
        """The texts that this process is making in a session, as events that bring a new listener up to date."""
        return (event for made_in, event in self.made_here() if made_in == session_id)

    def made_here(self) -> Iterator[tuple[str, Event]]:
        """All the texts that this process is making, each with its session."""
        for message_id, live in list(self._live.items()):
            if live.is_ours:
                yield live.session_id, Delta(message_id, live.attempt, 0, live.text)

    def _forget_heard(self, session_id: str) -> None:
        """Drop the texts of other processes: without a listener here, their end would not be noticed."""
        for message_id, live in list(self._live.items()):
            if not live.is_ours and live.session_id == session_id:
                del self._live[message_id]

    def drop(self, message_id: str) -> None:
        """Forget the text of an attempt that has ended, or whose lease or session was lost."""
        self._live.pop(message_id, None)
        self._thinking.pop(message_id, None)

    def _keep(self, session_id: str, event: Event, is_ours: bool) -> None:
        if isinstance(event, Thinks) and is_ours:
            self._thinking[event.message_id] = event
        elif isinstance(event, Delta):
            self._thinking.pop(event.message_id, None)
            live = self._live.get(event.message_id)
            if event.offset == 0 and (live is None or live.attempt < event.attempt):
                live = self._live[event.message_id] = LiveText(session_id, event.attempt, is_ours)
            if live is None or live.attempt < event.attempt or live.length < event.offset:
                self._relay.ask_again(session_id)
            elif live.attempt == event.attempt and live.length < event.end:
                live.append(event)
        elif isinstance(event, MessageFinished):
            self.drop(event.message.id)


@PerLoop
def hub() -> Hub:
    """The hub of the running event loop."""
    return Hub()

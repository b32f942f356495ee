"""Follows one answer from any point of it to its end, whichever process makes it; what SSE and waiting are made of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from conversations.messages import reading
from conversations.messages.events import (
    Delta,
    Event,
    LookAgain,
    MessageData,
    MessageFinished,
    MessageStored,
    ServerStopping,
    SessionGone,
    SpeakerChanged,
    Thinks,
)
from conversations.replies.cursor import Cursor, Gap
from conversations.replies.hub import LiveText, Subscription, hub
from conversations.replies.pace import pause_s
from conversations.replies.runs import runs

QUIET_S = 5.0  # the longest silence of a running answer that is taken on trust; then the database is asked


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has read an answer, in characters; the attempt tells one text from another."""

    message_id: str
    attempt: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The text that comes next; the position is behind it."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Anew:
    """The answer begins anew: what was read of it belongs to an attempt that was given up."""

    position: Position


@dataclass(frozen=True, slots=True)
class StillThinking:
    """No text comes for now: the model thinks. Said again every few seconds while it does."""

    position: Position


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer as it is stored, and why it failed, if it did."""

    message: MessageData
    position: Position
    failure: reading.Failure | None = None


@dataclass(frozen=True, slots=True)
class SpeakerTurned:
    """Somebody else answers in this session from now on; an answer that was being made ends."""

    speaker: str
    name: str
    position: Position


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing was said for as long as the caller wanted to be told of."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """Nothing more comes here, and the answer has not ended: the process ends, or the session was deleted."""

    is_gone: bool


Step = Piece | Anew | StillThinking | SpeakerTurned | Ended | Quiet | BrokenOff


async def follow(session_id: str, position: Position, *, heartbeat_s: float = 15.0) -> AsyncGenerator[Step, None]:
    """Everything after `position`, to the end; `Quiet` whenever nothing else was yielded for `heartbeat_s`.

    An answer that is not there, or not any more, is `BrokenOff`, and gone. No query is made while text comes.
    """
    reader = _Reader(position)
    async with hub().subscribe(session_id) as subscription:
        try:
            answer = await reading.message(session_id, position.message_id)
        except reading.MessageMissing:  # deleted since the caller saw it; nobody says it a second time
            yield BrokenOff(is_gone=True)
            return
        if answer.is_running:
            runs().start(session_id)  # one that a dead process left behind goes on now
            for step in reader.catch_up(hub().live(answer.id)):
                yield step
            if thinks := hub().thinking(answer.id):
                for step in reader.take(thinks):
                    yield step
        else:
            for step in await _last(reader, answer):
                yield step
            return
        is_with_person = False
        async with aclosing(_heard(subscription, session_id, position.message_id, heartbeat_s)) as heard:
            async for event in heard:
                match event:
                    case None:
                        yield Quiet()
                    case SpeakerChanged():
                        is_with_person = event.is_with_person
                        yield SpeakerTurned(event.speaker, event.name, reader.position)
                    case Delta() | Thinks() if is_with_person:
                        pass  # too late: the answer has ended
                    case MessageFinished(message) if message.id == position.message_id:
                        for step in await _last(reader, message):
                            yield step
                        return
                    case SessionGone() | ServerStopping():
                        yield BrokenOff(is_gone=isinstance(event, SessionGone))
                        return
                    case _:
                        for step in reader.take(event):
                            yield step


async def ended(answer: MessageData, timeout_s: float) -> MessageData | None:
    """The finished answer; as it stands when it takes longer than `timeout_s`; None when it was deleted meanwhile."""
    try:
        async with asyncio.timeout(timeout_s):
            async with aclosing(follow(answer.session_id, Position(answer.id))) as steps:
                async for step in steps:
                    if isinstance(step, Ended):
                        return step.message
                    if isinstance(step, BrokenOff):
                        return None if step.is_gone else answer
    except TimeoutError:
        return answer
    raise AssertionError("unreachable")


async def _heard(
    subscription: Subscription, session_id: str, message_id: str, heartbeat_s: float
) -> AsyncGenerator[Event | None, None]:
    """What happens, and None when nothing did for `heartbeat_s`. In a silence the database is looked at."""
    spoke_at = looked_at = time.monotonic()
    while True:
        until = min(spoke_at + heartbeat_s, looked_at + QUIET_S)
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                events = await subscription.take()
        except TimeoutError:
            if until == spoke_at + heartbeat_s:
                spoke_at = time.monotonic()
                yield None
            else:
                looked_at = time.monotonic()
                if end := await _end_by_the_row(session_id, message_id):
                    yield end
            continue
        for event in events:
            if not isinstance(event, LookAgain):
                yield event
            elif end := await _end_by_the_row(session_id, message_id):
                yield end
        spoke_at = looked_at = time.monotonic()
        if wait_s := pause_s():
            await asyncio.sleep(wait_s)


async def _end_by_the_row(session_id: str, message_id: str) -> Event | None:
    """The end of an answer that was not heard of: made in another process, with no way to hear from it."""
    try:
        answer = await reading.message(session_id, message_id)
    except reading.MessageMissing:
        return SessionGone(session_id)
    return None if answer.is_running else MessageFinished(answer)


async def _last(reader: _Reader, answer: MessageData) -> list[Step]:
    """What is missing of an answer that has ended, and the end."""
    if not answer.has_failed:
        return [*reader.rest(answer, answer.content), Ended(answer, reader.position)]
    failure = await reading.failure(answer)
    said = answer.content.removesuffix(failure.fallback).rstrip()
    return [*reader.rest(answer, said), Ended(answer, reader.position, failure)]


class _Reader:
    """Where one reader stands; turns events into what that reader still lacks."""

    def __init__(self, position: Position):
        self._id = position.message_id
        self._cursor = Cursor(position.attempt, position.offset)

    @property
    def position(self) -> Position:
        return Position(self._id, self._cursor.attempt, self._cursor.offset)

    def take(self, event: Event) -> Iterator[Step]:
        match event:
            case MessageStored(message) if message.id == self._id and message.is_running:
                yield from self._turn_to(message.attempt)
            case Delta() if event.message_id == self._id and not self._cursor.is_past(event.attempt):
                yield from self._turn_to(event.attempt)
                try:
                    yield from self._say(self._cursor.next_of(event))
                except Gap:
                    yield from self.catch_up(hub().live(self._id))
            case Thinks() if event.message_id == self._id and not self._cursor.is_past(event.attempt):
                yield from self._turn_to(event.attempt)
                yield StillThinking(self.position)

    def catch_up(self, live: LiveText | None) -> Iterator[Step]:
        """Go on from the text so far, where this process knows it."""
        if live is not None and not self._cursor.is_past(live.attempt):
            yield from self._turn_to(live.attempt)
            yield from self._say(self._cursor.catch_up(live))

    def rest(self, answer: MessageData, text: str) -> Iterator[Step]:
        """What is missing of a text that will not grow any more."""
        yield from self._turn_to(answer.attempt)
        yield from self._say(self._cursor.rest_of(text))

    def _turn_to(self, attempt: int) -> Iterator[Step]:
        if self._cursor.turn_to(attempt):
            yield Anew(self.position)

    def _say(self, text: str) -> Iterator[Step]:
        if text:
            yield Piece(text, self.position)

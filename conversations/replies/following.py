"""Follows one answer from any point of it to its end, whichever process makes it. SSE, voice and waiting use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
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
from conversations.replies.cursor import Cursor, MissedPieces
from conversations.replies.hub import LiveText, Subscription, hub
from conversations.replies.pace import pause_s
from conversations.replies.runs import runs

QUIET_S = 5.0  # the longest silence of a running answer that is taken on trust; then the database is asked


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has read an answer, in characters of this attempt's text."""

    message_id: str
    attempt: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The next text; the position is at its end."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Anew:
    """The answer begins again: the text read so far belongs to an attempt that was given up."""

    position: Position


@dataclass(frozen=True, slots=True)
class StillThinking:
    """No text comes for now because the model thinks. Repeated every few seconds while it does."""

    position: Position


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer as it is stored, and why it failed, if it did."""

    message: MessageData
    position: Position
    failure: reading.Failure | None = None


@dataclass(frozen=True, slots=True)
class SpeakerTurned:
    """Another speaker answers in this session from now on; an answer that was being made ends."""

    speaker: str
    name: str
    position: Position


@dataclass(frozen=True, slots=True)
class Quiet:
    """No other step came for `heartbeat_s`."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """No more steps come although the answer has not ended: the process ends, or the session was deleted."""

    is_gone: bool


Step = Piece | Anew | StillThinking | SpeakerTurned | Ended | Quiet | BrokenOff


async def follow(session_id: str, position: Position, *, heartbeat_s: float = 15.0) -> AsyncGenerator[Step, None]:
    """Everything after `position`, to the end; `Quiet` whenever nothing else was yielded for `heartbeat_s`.

    An answer that does not exist, or was deleted, is `BrokenOff` with `is_gone`. No query is made while text comes.
    """
    reader = _Reader(position)
    async with hub().subscribe(session_id) as subscription:
        try:
            answer = await reading.message(session_id, position.message_id)
        except reading.MessageMissing:  # deleted before the subscription began: no event will tell of it
            yield BrokenOff(is_gone=True)
            return
        if not answer.is_running:
            for step in await _last(reader, answer):
                yield step
            return
        runs().start(session_id)  # one that a dead process left behind goes on now
        for step in reader.so_far():
            yield step
        async with aclosing(_heard(subscription, session_id, position.message_id, heartbeat_s)) as heard:
            async for event in heard:
                for step in await _steps(reader, event):
                    yield step
                    if isinstance(step, Ended | BrokenOff):
                        return


async def _steps(reader: _Reader, event: Event | None) -> Iterable[Step]:
    """The steps for an event, or for a silence."""
    match event:
        case None:
            return [Quiet()]
        case MessageFinished(message) if message.id == reader.message_id:
            return await _last(reader, message)
        case SessionGone() | ServerStopping():
            return [BrokenOff(is_gone=isinstance(event, SessionGone))]
        case _:
            return reader.take(event)


async def ended(answer: MessageData, timeout_s: float) -> MessageData | None:
    """The finished answer, or `answer` if that takes longer than `timeout_s`. None if it was deleted meanwhile."""
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
    """The events of the session; None after a silence of `heartbeat_s`. In a silence the database is asked too."""
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
                hub().ask_again(session_id)
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
    """The end of an answer that is made in another process from which no events arrive, read from its row."""
    try:
        answer = await reading.message(session_id, message_id)
    except reading.MessageMissing:
        return SessionGone(session_id)
    return None if answer.is_running else MessageFinished(answer)


async def _last(reader: _Reader, answer: MessageData) -> list[Step]:
    """The unread rest of an answer that has ended, and its end."""
    if not answer.has_failed:
        return [*reader.rest(answer, answer.content), Ended(answer, reader.position)]
    failure = await reading.failure(answer)
    said = answer.content.removesuffix(failure.fallback).rstrip()
    return [*reader.rest(answer, said), Ended(answer, reader.position, failure)]


class _Reader:
    """The place of one reader; turns events into the steps that this reader still needs."""

    def __init__(self, position: Position):
        self.message_id = position.message_id
        self._is_with_person = False  # a person answers: the running answer has ended for the visitor
        self._cursor = Cursor(position.attempt, position.offset)

    @property
    def position(self) -> Position:
        return Position(self.message_id, self._cursor.attempt, self._cursor.offset)

    def so_far(self) -> Iterator[Step]:
        """The unread text of a running answer, and that its model thinks, as far as this process knows."""
        yield from self.catch_up(hub().live(self.message_id))
        if thinks := hub().thinking(self.message_id):
            yield from self.take(thinks)

    def take(self, event: Event) -> Iterator[Step]:
        match event:
            case SpeakerChanged():
                self._is_with_person = event.is_with_person
                yield SpeakerTurned(event.speaker, event.name, self.position)
            case Delta() | Thinks() if self._is_with_person:
                pass
            case MessageStored(message) if message.id == self.message_id and message.is_running:
                yield from self._turn_to(message.attempt)
            case Delta() if event.message_id == self.message_id and not self._cursor.is_past(event.attempt):
                yield from self._turn_to(event.attempt)
                try:
                    yield from self._say(self._cursor.next_of(event))
                except MissedPieces:
                    yield from self.catch_up(hub().live(self.message_id))
            case Thinks() if event.message_id == self.message_id and not self._cursor.is_past(event.attempt):
                yield from self._turn_to(event.attempt)
                yield StillThinking(self.position)

    def catch_up(self, live: LiveText | None) -> Iterator[Step]:
        """Go on from the text so far, if this process knows it."""
        if live is not None and not self._cursor.is_past(live.attempt):
            yield from self._turn_to(live.attempt)
            yield from self._say(self._cursor.catch_up(live))

    def rest(self, answer: MessageData, text: str) -> Iterator[Step]:
        """The unread rest of a text that will not grow any more."""
        yield from self._turn_to(answer.attempt)
        yield from self._say(self._cursor.rest_of(text))

    def _turn_to(self, attempt: int) -> Iterator[Step]:
        if self._cursor.turn_to(attempt):
            yield Anew(self.position)

    def _say(self, text: str) -> Iterator[Step]:
        if text:
            yield Piece(text, self.position)

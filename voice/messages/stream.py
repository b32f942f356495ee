"""Streams a spoken turn: the transcript, then text and sound as they are made, then both messages. NDJSON or SSE."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from ninja.responses import NinjaJSONEncoder

from access import connections
from access.callers import Caller
from access.staying import staying
from conversations.intake.turns import Turn
from conversations.messages import reading
from conversations.messages.events import MessageData
from conversations.replies.following import Anew, BrokenOff, Ended, Piece, Position, Quiet, StillThinking, follow
from conversations.rest import sse
from conversations.rest.schemas import MessageOut
from lib.streams import ClosingStream
from voice.speaking.mp3_sink import Clause, End, Sound
from voice.speaking.speech import Speech

log = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"
HEARTBEAT_S = sse.HEARTBEAT_S
AHEAD = 16  # events that may wait for a slow reader; after that both sources wait, too

Event = tuple[str, dict[str, Any]]
Encode = Callable[[str, dict[str, Any]], bytes]


class TurnStream(ClosingStream):
    """One turn from its transcript to its end. A client that disconnects stops neither the answer nor its speech."""

    def __init__(self, turn: Turn, speech: Speech | None, caller: Caller, *, as_events: bool):
        encode = _as_event if as_events else _as_line
        kind = sse.CONTENT_TYPE if as_events else NDJSON
        super().__init__(stream(turn, speech, caller, encode=encode), content_type=kind, headers=sse.HEADERS)


async def stream(turn: Turn, speech: Speech | None, caller: Caller, *, encode: Encode) -> AsyncGenerator[bytes, None]:
    """Yields the bytes of the turn until it ends or the caller's access does."""
    with connections.open_from(caller.address):
        async with (
            staying(caller) as stay,
            aclosing(_told(turn, speech, encode)) as parts,
            aclosing(stay.each(parts)) as allowed,
        ):
            async for part in allowed:
                yield part


async def _told(turn: Turn, speech: Speech | None, encode: Encode) -> AsyncGenerator[bytes, None]:
    answer = turn.answer
    understood = MessageOut.of(turn.question).model_dump()
    yield encode("transcript", {"message": understood, "assistant_message_id": answer.id if answer else None})
    if answer is None:  # a person will answer
        yield encode("done", {"user_message": understood, "assistant_message": None})
        return
    queue: asyncio.Queue[Event | None] = asyncio.Queue(AHEAD)
    sources = [asyncio.create_task(_feed(events, queue)) for events in (_text(answer), _sound(speech))]
    try:
        for _source in sources:
            while (event := await queue.get()) is not None:
                yield encode(*event)
        yield encode(*await _last(turn.question, answer))
    finally:
        for source in sources:
            source.cancel()
        await asyncio.gather(*sources, return_exceptions=True)


async def _feed(events: AsyncGenerator[Event, None], queue: asyncio.Queue[Event | None]) -> None:
    """Puts all events of one source into the queue, and None at the end, even after an error."""
    try:
        async with aclosing(events):
            async for event in events:
                await queue.put(event)
    except Exception as error:  # the other source goes on, and the last event has what is stored
        log.warning("a spoken turn is told without one of its streams: %s", type(error).__name__)
    await queue.put(None)


async def _text(answer: MessageData) -> AsyncGenerator[Event, None]:
    """Yields the answer's text as it is written."""
    async with aclosing(follow(answer.session_id, Position(answer.id), heartbeat_s=HEARTBEAT_S)) as steps:
        async for step in steps:
            match step:
                case Piece(text, _):
                    yield "token", {"content": text}
                case Anew():
                    yield "restart", {"message_id": answer.id}
                case StillThinking():
                    yield "status", {"state": "thinking", "message_id": answer.id}
                case Quiet():
                    yield "", {}
                case Ended() | BrokenOff():
                    return


async def _sound(speech: Speech | None) -> AsyncGenerator[Event, None]:
    """Yields the speech as pieces of one MP3; an event announces each clause before its sound."""
    if speech is None:
        yield "audio_unavailable", {}
        return
    async with aclosing(speech.parts()) as parts:
        async for part in parts:
            match part:
                case Clause(index, text, start_ms):
                    yield "clause", {"i": index, "text": text, "start_ms": start_ms}
                case Sound(_, mp3) if mp3:
                    yield "audio", {"format": "mp3", "content": base64.b64encode(mp3).decode()}
                case End("unavailable"):
                    yield "audio_unavailable", {}


async def _last(question: MessageData, begun: MessageData) -> Event:
    """Both messages as they are stored; an error with the text that the visitor saw if the answer failed."""
    try:
        answer = await reading.message(begun.session_id, begun.id)
    except reading.MessageMissing:
        return "error", {"error": "Not Found", "fallback_message": None, "message_id": begun.id}
    if answer.has_failed:
        failure = await reading.failure(answer)
        error = sse.TITLES.get(failure.cause, "Provider Error")
        return "error", {"error": error, "fallback_message": failure.fallback, "message_id": answer.id}
    both = {"user_message": MessageOut.of(question), "assistant_message": MessageOut.of(answer)}
    return "done", {name: message.model_dump() for name, message in both.items()}


def _as_line(name: str, data: dict[str, Any]) -> bytes:
    return (json.dumps({"type": name, **data} if name else {}, cls=NinjaJSONEncoder) + "\n").encode()


def _as_event(name: str, data: dict[str, Any]) -> bytes:
    if not name:
        return b": still here\n\n"
    return f"event: {name}\ndata: {json.dumps(data, cls=NinjaJSONEncoder)}\n\n".encode()

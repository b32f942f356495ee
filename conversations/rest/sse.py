"""One answer as a stream of server-sent events, resumable at any character. docs/api.md describes it for clients."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from ninja.responses import NinjaJSONEncoder

from access import connections
from access.callers import Caller
from access.staying import staying
from conversations.replies.following import (
    Anew,
    BrokenOff,
    Ended,
    Piece,
    Position,
    Quiet,
    SpeakerTurned,
    Step,
    StillThinking,
    follow,
)
from conversations.rest.schemas import sources_of
from lib.streams import ClosingStream

CONTENT_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0  # proxies give a silent connection 30 to 60 s
RETRY_MS = 1000  # how long a browser waits before it comes back
EVENT_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,6}:[0-9]{1,9}(:end)?$"
HEADERS = {
    "Cache-Control": "no-store, no-transform",  # a proxy that compresses would hold the text back
    "X-Accel-Buffering": "no",  # nginx
}
TITLES = {  # programs compare them, so they are never translated
    "rate_limited": "Rate Limited",
    "timed_out": "Timed Out",
    "not_configured": "Not Configured",
}


class EventStream(ClosingStream):
    """The answer after `position` as it comes. A client that disconnects does not stop it."""

    def __init__(self, session_id: str, position: Position, caller: Caller):
        super().__init__(stream(session_id, position, caller), content_type=CONTENT_TYPE, headers=HEADERS)


async def stream(
    session_id: str, position: Position, caller: Caller, *, heartbeat_s: float = HEARTBEAT_S
) -> AsyncGenerator[bytes, None]:
    """The bytes of the stream, read from the hub only as fast as the client reads.

    Ends when the caller loses the right to stay; the next request is then refused.
    """
    with connections.open_from(caller.address):
        yield f"retry: {RETRY_MS}\n\n".encode()  # the headers leave with it, before the first token is there
        async with staying(caller) as stay, aclosing(follow(session_id, position, heartbeat_s=heartbeat_s)) as steps:
            async with aclosing(stay.each(steps)) as allowed:
                async for step in allowed:
                    yield _encoded(step, position)
            if stay.is_over:
                yield _encoded(BrokenOff(is_gone=False), position)


def event_id(position: Position, *, is_end: bool = False) -> str:
    """`<message>:<attempt>:<characters read>`, and `:end` if the answer was read to its end."""
    return f"{position.message_id}:{position.attempt}:{position.offset}{':end' if is_end else ''}"


def position_of(text: str) -> tuple[Position, bool]:
    """The position of an event id, and whether it is the end; `text` must match EVENT_ID."""
    if not re.fullmatch(EVENT_ID, text):
        raise ValueError("no id of this stream")
    message_id, attempt, offset, *end = text.split(":")
    return Position(message_id, int(attempt), int(offset)), bool(end)


def _encoded(step: Step, begun_at: Position) -> bytes:
    match step:
        case Piece(text, position):
            return _event("token", {"content": text}, event_id(position))
        case Anew(position):
            return _event("restart", {"message_id": position.message_id}, event_id(position))
        case StillThinking(position):
            return _event("status", {"state": "thinking", "message_id": position.message_id}, event_id(position))
        case SpeakerTurned(speaker, name, position):
            return _event("speaker", {"speaker": speaker, "name": name or None}, event_id(position))
        case Ended(message, position, None):
            done = {
                "message_id": message.id,
                "full_content": message.content,
                "sources": [source.model_dump() for source in sources_of(message)],
                "status": message.status,
                "cut": message.cut or None,
                "offers_contact": message.offers_contact,
            }
            return _event("done", done, event_id(position, is_end=True))
        case Ended(message, position, failure):
            assert failure is not None  # noqa: S101 for the type checker: the case above took it
            failed = {
                "error": TITLES.get(failure.cause, "Provider Error"),
                "fallback_message": failure.fallback,
                "message_id": message.id,
            }
            return _event("error", failed, event_id(position, is_end=True))
        case Quiet():
            return b": still here\n\n"
        case BrokenOff(is_gone=True):
            gone = {"error": "Not Found", "fallback_message": None, "message_id": begun_at.message_id}
            return _event("error", gone, event_id(begun_at, is_end=True))
        case BrokenOff():
            return b": come back\n\n"


def _event(name: str, data: dict[str, Any], name_of_place: str) -> bytes:
    # ASCII only: half of a surrogate pair, as a model may send it, would break UTF-8.
    return f"event: {name}\nid: {name_of_place}\ndata: {json.dumps(data, cls=NinjaJSONEncoder)}\n\n".encode()

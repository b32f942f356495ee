"""Reads a stream of server-sent events as a client would."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    name: str
    id: str
    data: dict[str, Any]


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """The events in a body that comes in pieces of any size; comments are left out."""
    waiting = b""
    async for chunk in chunks:
        waiting += chunk
        while b"\n\n" in waiting:
            block, waiting = waiting.split(b"\n\n", 1)
            if event := _event(block.decode()):
                yield event


async def until_text(stream: AsyncIterator[Event]) -> list[Event]:
    """The events up to the first that carries text: how many there are depends on how fast the model was read."""
    read: list[Event] = []
    while not text_of(read):
        read.append(await anext(stream))
    return read


async def all_events(chunks: AsyncIterator[bytes]) -> list[Event]:
    return [event async for event in events(chunks)]


def text_of(found: list[Event]) -> str:
    """What a client shows that drops its text when the answer begins anew."""
    text = ""
    for event in found:
        if event.name == "restart":
            text = ""
        elif event.name == "token":
            text += event.data["content"]
    return text


def _event(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
    return Event(fields["event"], fields.get("id", ""), json.loads(fields["data"])) if "event" in fields else None

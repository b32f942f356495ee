"""Lets whoever sends wait for a client that reads slowly. Daphne itself takes everything at once and keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

LOOK_S = 0.02  # how often a client that is behind is looked at; nobody else waits for it
STALL_S = 60  # a client that takes not one byte for so long is let go


async def room(protocol: Any, is_gone: Callable[[], bool], stall_s: float = STALL_S) -> None:
    """Returns when the client has read what was sent up to some 64 kB, or is gone; one that reads nothing is ended.

    Twisted pauses the producer of a connection whose buffer is full until all of it has left; every connection has
    the HTTP channel as its producer, sockets too.
    """
    transport = _transport(protocol)
    clock = asyncio.get_running_loop().time
    left, since = _unread(transport), clock()
    while transport is not None and getattr(transport, "producerPaused", False) and not is_gone():
        await asyncio.sleep(LOOK_S)  # Twisted tells nobody else
        if (now_left := _unread(transport)) != left:
            left, since = now_left, clock()
        elif clock() - since > stall_s:
            transport.abortConnection()
            return


def _unread(transport: Any) -> int:
    """Bytes that the client has not taken yet."""
    buffered = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return int(buffered + getattr(transport, "_tempDataLen", 0))


def _transport(protocol: Any) -> Any:
    """Of a socket its own, of a request that of its channel, which is gone when the request has ended."""
    channel = getattr(protocol, "channel", protocol)
    return getattr(channel, "transport", None)

"""Makes senders wait for clients that read slowly. Daphne itself accepts and buffers everything at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

LOOK_S = 0.02  # how often a slow client is checked
STALL_S = 60  # a client that reads nothing for so long is disconnected


async def room(protocol: Any, is_gone: Callable[[], bool], stall_s: float = STALL_S) -> None:
    """Returns when the client has read all but some 64 kB, or is gone. One that reads nothing is disconnected.

    Twisted pauses the producer of a connection from when its buffer is full until it is empty. The producer of every
    connection, even of a socket, is the HTTP channel.
    """
    transport = _transport(protocol)
    clock = asyncio.get_running_loop().time
    left, since = _unread(transport), clock()
    while transport is not None and getattr(transport, "producerPaused", False) and not is_gone():
        await asyncio.sleep(LOOK_S)  # Twisted notifies only the producer
        if (now_left := _unread(transport)) != left:
            left, since = now_left, clock()
        elif clock() - since > stall_s:
            transport.abortConnection()
            return


def _unread(transport: Any) -> int:
    """Bytes that the client has not read yet."""
    buffered = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return int(buffered + getattr(transport, "_tempDataLen", 0))


def _transport(protocol: Any) -> Any:
    """A socket's own transport, or that of a request's channel, which is gone when the request has ended."""
    channel = getattr(protocol, "channel", protocol)
    return getattr(channel, "transport", None)

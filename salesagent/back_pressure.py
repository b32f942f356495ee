"""Lets whoever sends wait for a client that reads slowly. Daphne itself takes everything at once and keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

LOOK_S = 0.02  # how often a client that is behind is looked at; nobody else waits for it


async def room(protocol: Any, is_gone: Callable[[], bool]) -> None:
    """Returns when the client has read what was sent up to some 64 kB, or is gone.

    Twisted pauses the producer of a connection whose buffer is full until all of it has left; every connection has
    the HTTP channel as its producer, sockets too.
    """
    transport = _transport(protocol)
    while transport is not None and getattr(transport, "producerPaused", False) and not is_gone():  # noqa: ASYNC110 Twisted tells nobody else
        await asyncio.sleep(LOOK_S)


def _transport(protocol: Any) -> Any:
    """Of a socket its own, of a request that of its channel, which is gone when the request has ended."""
    channel = getattr(protocol, "channel", protocol)
    return getattr(channel, "transport", None)

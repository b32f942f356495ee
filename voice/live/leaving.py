"""What a visitor said whole becomes a turn also when they leave at once: the task that takes it outlives the socket."""

from __future__ import annotations

import asyncio

LEFT_S = 30  # by then transcription has given up, too
_finishing: set[asyncio.Task[None]] = set()


def finish_later(taking: asyncio.Task[None]) -> None:
    """Let a task come to its end, for LEFT_S at most."""
    finishing = asyncio.create_task(_finish(taking))
    _finishing.add(finishing)
    finishing.add_done_callback(_finishing.discard)


async def _finish(taking: asyncio.Task[None]) -> None:
    await asyncio.wait([taking], timeout=LEFT_S)
    taking.cancel()

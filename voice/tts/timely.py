"""Enforces for every provider that sound comes in time, has a plausible length, and consists of whole samples."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from voice.errors import SpeechUnavailable
from voice.sound.rates import BYTES_PER_S
from voice.tts.speaker import Voice

GAP_S = 5.0  # between two pieces; a provider that takes longer has stalled
SOUND_SPARE_S = 10.0
SOUND_S_PER_CHAR = 0.5  # slow speech takes 0.1 s per character; five times that is a fault of the provider
SAMPLE_BYTES = 2


class Unspeakable(SpeechUnavailable):
    """The voice cannot speak this text or language. This does not count as a failure of the provider."""


async def timely(
    pieces: AsyncGenerator[bytes, None], text: str, voice: Voice, *, first_piece_s: float
) -> AsyncGenerator[bytes, None]:
    """Yields the pieces in whole samples. Closing it closes `pieces`, which ends the request behind them.

    Raises SpeechUnavailable if a piece is late, if there is far too much sound for the text, or if there is none.
    """
    most_bytes = int((SOUND_SPARE_S + SOUND_S_PER_CHAR * len(text) / voice.speed) * BYTES_PER_S)
    sent = 0
    rest = b""
    loop = asyncio.get_running_loop()
    async with aclosing(pieces):
        until = loop.time() + first_piece_s
        while (piece := await _next(pieces, until, sent)) is not None:
            rest += piece
            whole = len(rest) - len(rest) % SAMPLE_BYTES
            if sent + whole > most_bytes:
                raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, f"more than {most_bytes} bytes")
            if whole:
                sent += whole
                sound, rest = rest[:whole], rest[whole:]
                yield sound
                until = loop.time() + GAP_S
    if not sent:
        raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, "an answer without sound")


async def _next(pieces: AsyncGenerator[bytes, None], until: float, sent: int) -> bytes | None:
    try:
        async with asyncio.timeout_at(until):
            return await anext(pieces, None)
    except TimeoutError:
        raise SpeechUnavailable(SpeechUnavailable.Cause.TIMED_OUT, f"silent after {sent} bytes") from None


async def eager(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yields the same pieces, fetched at full speed, so that a slow listener does not block a connection or slot.

    There is no limit of its own on what is fetched ahead: `pieces` must limit its length.
    """
    fetched: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()

    async def fetch() -> None:
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    fetched.put_nowait(piece)
        except Exception as exc:
            fetched.put_nowait(exc)
        else:
            fetched.put_nowait(None)

    fetching = asyncio.create_task(fetch())
    try:
        while (item := await fetched.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        fetching.cancel()
        await asyncio.wait([fetching])

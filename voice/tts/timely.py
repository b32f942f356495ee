"""What holds for the sound of every provider, whatever it does: in time, of a sane length, in whole samples."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from voice.errors import SpeechUnavailable
from voice.sound.rates import BYTES_PER_S
from voice.tts.speaker import Voice

GAP_S = 5.0  # between two pieces: a provider makes speech faster than it is heard, or it has stalled
SOUND_SPARE_S = 10.0
SOUND_S_PER_CHAR = 0.5  # slow speech takes 0.1 s a character; five times that is a voice that runs away
SAMPLE_BYTES = 2


class Unspeakable(SpeechUnavailable):
    """This voice has no sound for this text or language. No fault of the provider: it stays in good health."""


async def timely(
    pieces: AsyncGenerator[bytes, None], text: str, voice: Voice, *, first_piece_s: float
) -> AsyncGenerator[bytes, None]:
    """The pieces in whole samples. Raises SpeechUnavailable when one is late, when they never end, when there are none.

    Closing it closes `pieces`, which ends the request behind them.
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
    """The same pieces, fetched as fast as they come, so that a slow listener holds no provider's connection or slot.

    What is fetched ahead is as much as `pieces` gives at most.
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

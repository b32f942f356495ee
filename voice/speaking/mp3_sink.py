"""Where the sound of a spoken message goes: to any number of listeners as parts, and into one MP3."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from language.markdown import plain
from voice.sound.rates import BYTES_PER_S

if TYPE_CHECKING:
    from voice.sound.audio import Mp3Encoder

MAX_DURATION_S = 300  # nobody listens longer, and 300 s are 14 MB while they are spoken

Reason = Literal["done", "stopped", "unavailable"]


@dataclass(frozen=True, slots=True)
class Clause:
    """What is said next, as a caption shows it, and when in the speech it begins."""

    index: int
    text: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound that comes next: samples for a player that must not wait, and the same for the MP3."""

    pcm: bytes
    mp3: bytes


@dataclass(frozen=True, slots=True)
class End:
    """Nothing follows. `stopped`: the answer was stopped or begins anew; `unavailable`: no voice, the text is whole."""

    reason: Reason


Part = Clause | Sound | End


class Mp3Sink:
    """Takes the sound of one answer that is read aloud. Call `end` at the end in any case."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._more = asyncio.Event()
        self._clauses = self._pcm_bytes = 0
        self._encoder: asyncio.Future[Mp3Encoder] | None = None  # only while it speaks: each has threads of its own
        self._mp3 = io.BytesIO()

    @property
    def is_over(self) -> bool:
        return bool(self._parts) and isinstance(self._parts[-1], End)

    @property
    def duration_ms(self) -> int:
        """The length of the sound so far."""
        return self._pcm_bytes * 1000 // BYTES_PER_S

    async def parts(self) -> AsyncGenerator[Part, None]:
        """All parts from the start, then each new one, until End."""
        index = 0
        while True:
            while index < len(self._parts):
                yield self._parts[index]
                index += 1
            if self.is_over:
                return
            await self._more.wait()

    async def mp3(self) -> io.BytesIO:
        """The whole MP3. After this only `end` may be called."""
        rest = await asyncio.to_thread((await self._encoder).finish) if self._encoder else b""
        self._mp3.write(rest)
        self._tell(Sound(b"", rest))
        return self._mp3

    def end(self, reason: Reason) -> None:
        """Tell every listener that nothing follows."""
        self._encoder, self._mp3 = None, io.BytesIO()
        self._tell(End(reason))

    # --- the sink -----------------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        """Nothing to do: listeners read the text elsewhere."""

    def end_text(self, closing: str) -> None:
        """It is heard as clauses."""

    async def begin_clause(self, clause: str) -> bool:
        if self._pcm_bytes > MAX_DURATION_S * BYTES_PER_S:
            return False
        self._tell(Clause(self._clauses, plain(clause), self.duration_ms))
        self._clauses += 1
        if self._encoder is None:  # made while the voice is being asked
            self._encoder = asyncio.ensure_future(asyncio.to_thread(_new_encoder))
        return True

    async def take_sound(self, pcm: bytes) -> None:
        assert self._encoder  # noqa: S101 for the type checker: a clause has begun
        encoder = await asyncio.shield(self._encoder)  # `mp3` needs it after a Stop too
        encoding = asyncio.ensure_future(asyncio.to_thread(encoder.encode, pcm))
        try:
            mp3 = await asyncio.shield(encoding)
        except asyncio.CancelledError:
            self._mp3.write(await encoding)  # to its end: two threads in one encoder would bring the process down
            raise
        self._mp3.write(mp3)
        self._pcm_bytes += len(pcm)
        self._tell(Sound(pcm, mp3))

    async def end_clause(self) -> None:
        """The next one says that it begins."""

    async def lose_voice(self, error: Exception) -> None:
        raise error

    def _tell(self, part: Part) -> None:
        self._parts.append(part)
        self._more.set()
        self._more = asyncio.Event()


def _new_encoder() -> Mp3Encoder:
    from voice.sound.audio import Mp3Encoder  # takes a moment the first time: this is for a thread

    return Mp3Encoder()

"""One answer on its way to one client: its text goes out as it is written, its clauses and frames of sound at the pace
they are played. `voice.speaking.reading_aloud` makes them, and waits while enough sound is ready to be sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from language.markdown import plain
from voice.errors import SpeechUnavailable
from voice.live.heard import Spoken, heard_text
from voice.live.marks import Marks
from voice.live.pacing import SLACK_MS, Pacer
from voice.live.protocol import server_frames
from voice.live.protocol.frames import AGENT_FRAME_BYTES, AGENT_FRAME_MS, Flag, Packet, PacketKind
from voice.live.stages import Client
from voice.speaking.pending import PendingText

log = logging.getLogger(__name__)

TEXT_S = 0.03  # between two pieces of text: as smooth as a screen draws, and few frames
AHEAD_S = 3  # of sound made and not yet sent: bridges the wait for the next clause, and limits the waste if interrupted
MAX_KEPT_S = 300  # of one answer, 14 MB until it is stored
MAX_FRAMES = AHEAD_S * 1000 // AGENT_FRAME_MS


@dataclass(frozen=True, slots=True)
class _Sound:
    """A frame of one clause; the first one brings the clause along. One without sound only ends its clause."""

    sound: bytes
    flags: Flag = Flag.NONE
    begins: tuple[int, Spoken] | None = None


class Narration:
    """The sink of a live answer. `run` sends its text and sound; `finish` says that no more comes."""

    def __init__(self, gen: int, client: Client, marks: Marks, clock: Callable[[], float]):
        self.gen = gen
        self.is_silent = False  # speech failed; from then on the answer is text only
        self.marks = marks
        self._client, self._clock = client, clock
        self._pacer = Pacer()
        self._played = asyncio.Event()
        self._text = PendingText()
        self._has_text = False
        self._sounds: asyncio.Queue[_Sound | None] = asyncio.Queue(MAX_FRAMES)
        self._spoken: list[Spoken] = []
        self._begins: tuple[int, Spoken] | None = None  # the clause of which no frame was made yet
        self._rest = b""  # of its sound, less than a frame
        self._made_ms = 0
        self._made_sound = bytearray()
        self._is_all_made = False

    @property
    def has_sounded(self) -> bool:
        return self._pacer.sent_ms > 0

    @property
    def is_sounding(self) -> bool:
        """True while its sound is played, or more of it is to come."""
        is_played = self.waiting_ms == 0 and self._pacer.rest_s(self._clock()) == 0
        return self.has_sounded and not (self.is_silent and is_played)

    @property
    def whole_sound(self) -> bytes:
        """All of the spoken answer, once it is made; b"" where some of it is missing, or it is too long to be kept."""
        is_whole = self._is_all_made and not self.is_silent and self._made_ms <= MAX_KEPT_S * 1000
        return bytes(self._made_sound) if is_whole else b""

    @property
    def waiting_ms(self) -> int:
        """Sound that was made and not sent."""
        return self._sounds.qsize() * AGENT_FRAME_MS

    async def run(self) -> None:
        """Run until the client has played all, or, without speech, until all of the text was sent."""
        async with asyncio.TaskGroup() as stages:
            stages.create_task(self._show())
            stages.create_task(self._send())

    async def finish(self) -> None:
        """No more sound of the answer comes."""
        self._is_all_made = True
        await self._sounds.put(None)

    def ack(self, played_ms: int) -> None:
        """Note how much the client has played."""
        self._pacer.ack(played_ms, self._clock())
        if played_ms:
            self.marks.set("play_first", self._clock())
        self._played.set()

    def played_ms(self) -> int:
        return self._pacer.played_ms(self._clock())

    def heard(self, played_ms: int) -> str:
        """The text of what was played; `played_ms` counts up to what was sent."""
        return heard_text(self._spoken, played_ms, self._pacer.sent_ms)

    def heard_around(self, before_ms: int, after_ms: int) -> str:
        """The words of the last `before_ms` of what was played and of the next `after_ms` of what was sent."""
        played_ms = self.played_ms()
        return self.heard(played_ms + after_ms)[len(self.heard(played_ms - before_ms)) :]

    def is_all_heard(self, played_ms: int) -> bool:
        return self._is_all_made and not self.is_silent and played_ms >= self._made_ms - SLACK_MS

    # --- what comes in ----------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        self.marks.set("llm_first", self._clock())
        self._has_text = True
        self._text.put(text)

    def end_text(self, closing: str) -> None:
        if closing:  # a listener sees no mark under the text
            self._text.put(f"\n\n{closing}" if self._has_text else closing)
        self._text.close()

    async def begin_clause(self, clause: str) -> bool:
        self.marks.set("clause1", self._clock())
        spoken = Spoken(clause, self._made_ms)
        self._begins, self._rest = (len(self._spoken), spoken), b""
        self._spoken.append(spoken)
        return True

    async def take_sound(self, pcm: bytes) -> None:
        self.marks.set("tts_first", self._clock())
        self._rest += pcm
        while len(self._rest) >= AGENT_FRAME_BYTES:
            frame, self._rest = self._rest[:AGENT_FRAME_BYTES], self._rest[AGENT_FRAME_BYTES:]
            await self._made(frame)

    async def end_clause(self) -> None:
        # The rest is filled up with silence, so that all frames are of one length.
        await self._made(self._rest.ljust(AGENT_FRAME_BYTES, b"\0") if self._rest else b"", Flag.LAST_OF_CLAUSE)
        self._spoken[-1].is_whole = True

    async def lose_voice(self, error: Exception) -> None:
        cause = SpeechUnavailable.Cause.PROVIDER_ERROR
        if isinstance(error, SpeechUnavailable):
            cause = error.cause
            log.warning("an answer goes on without sound: %s", error)
        else:  # a fault of ours: the text goes on
            log.error("an answer goes on without sound", exc_info=error)
        self.is_silent = True
        await self._client.tell(server_frames.audio_unavailable(self.gen, cause.value))

    async def _made(self, frame: bytes, flags: Flag = Flag.NONE) -> None:
        sound, self._begins = _Sound(frame, flags, self._begins), None
        if frame:
            self._spoken[-1].made_ms += AGENT_FRAME_MS
            self._made_ms += AGENT_FRAME_MS
            if self._made_ms <= MAX_KEPT_S * 1000:
                self._made_sound += frame
        await self._sounds.put(sound)

    # --- what goes out ----------------------------------------------------------------------------------------

    async def _show(self) -> None:
        """Send the text as it is written; it does not wait for the sound."""
        while (text := await self._text.take()) is not None:
            await self._client.tell(server_frames.text_delta(self.gen, text))
            await asyncio.sleep(TEXT_S)

    async def _send(self) -> None:
        while (sound := await self._sounds.get()) is not None:
            if sound.begins:
                number, spoken = sound.begins
                await self._client.tell(server_frames.clause(self.gen, number, plain(spoken.text), spoken.start_ms))
            if sound.sound:
                await self._wait(lambda: self._pacer.wait_s(AGENT_FRAME_MS, self._clock()))
            await self._play(sound.sound, sound.flags)
        if self.has_sounded:
            await self._play(b"", Flag.LAST_OF_TURN)
        await self._wait(lambda: self._pacer.rest_s(self._clock()))

    async def _play(self, sound: bytes, flags: Flag) -> None:
        packet = Packet(PacketKind.AGENT, flags, self.gen, self._pacer.sent_ms, sound)
        if sound:  # counted before it goes: while a slow client is waited for, some of it may have been played
            self._pacer.send(AGENT_FRAME_MS, self._clock())
        await self._client.play(packet.pack())
        if sound:
            self.marks.set("ws_first", self._clock())

    async def _wait(self, wait_s: Callable[[], float]) -> None:
        """Wait until `wait_s()` is 0; it is called again whenever the client says what it played."""
        while (left_s := wait_s()) > 0:
            self._played.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._played.wait()
            except TimeoutError:
                continue

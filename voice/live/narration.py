"""Sends one answer to one client: its text as it is written, its clauses and sound at the pace of playing.
`voice.speaking.reading_aloud` makes the sound, and waits while enough of it is ready to be sent.
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

TEXT_S = 0.03  # between two pieces of text: looks smooth, and needs few frames
AHEAD_S = 3  # of sound that is made but not sent: enough until the next clause, and little is lost if interrupted
MAX_KEPT_S = 300  # of one answer's sound, which takes 14 MB of memory until it is stored
MAX_FRAMES = AHEAD_S * 1000 // AGENT_FRAME_MS


@dataclass(frozen=True, slots=True)
class _Sound:
    """A frame of sound.

    The first frame of a clause has the clause in `begins`; one without sound only ends a clause.
    """

    sound: bytes
    flags: Flag = Flag.NONE
    begins: tuple[int, Spoken] | None = None


class Narration:
    """The sink of a live answer. `run` sends its text and sound until `finish` was called and all is sent."""

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
        self._begins: tuple[int, Spoken] | None = None  # a clause that has no frame yet
        self._rest = b""  # sound that does not fill a frame yet
        self._made_ms = 0
        self._made_sound = bytearray()
        self._is_all_made = False

    @property
    def has_sounded(self) -> bool:
        return self._pacer.sent_ms > 0

    @property
    def is_sounding(self) -> bool:
        """True while the sound is played, or more of it will come."""
        is_played = self.waiting_ms == 0 and self._pacer.rest_s(self._clock()) == 0
        return self.has_sounded and not (self.is_silent and is_played)

    @property
    def whole_sound(self) -> bytes:
        """The sound of the whole answer; b"" while it is incomplete, and if it is longer than MAX_KEPT_S."""
        is_whole = self._is_all_made and not self.is_silent and self._made_ms <= MAX_KEPT_S * 1000
        return bytes(self._made_sound) if is_whole else b""

    @property
    def waiting_ms(self) -> int:
        """The length of the sound that was made and not sent."""
        return self._sounds.qsize() * AGENT_FRAME_MS

    async def run(self) -> None:
        """Run until the client has played everything or, without speech, until all text was sent."""
        async with asyncio.TaskGroup() as stages:
            stages.create_task(self._show())
            stages.create_task(self._send())

    async def finish(self) -> None:
        """Say that no more sound of the answer will come."""
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
        """The text of the first `played_ms` of the sound, limited to what was sent."""
        return heard_text(self._spoken, played_ms, self._pacer.sent_ms)

    def heard_around(self, before_ms: int, after_ms: int) -> str:
        """The words in the last `before_ms` of the played sound and the next `after_ms` of the sent sound."""
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
        if closing:  # sent as text, because a live conversation shows no notice under an answer
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
        # The rest is filled up with silence, so that all frames have the same length.
        await self._made(self._rest.ljust(AGENT_FRAME_BYTES, b"\0") if self._rest else b"", Flag.LAST_OF_CLAUSE)
        self._spoken[-1].is_whole = True

    async def lose_voice(self, error: Exception) -> None:
        cause = SpeechUnavailable.Cause.PROVIDER_ERROR
        if isinstance(error, SpeechUnavailable):
            cause = error.cause
            log.warning("an answer goes on without sound: %s", error)
        else:  # a bug; the text goes on
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
        # Counted before it is sent, since sending waits for a slow client, which may play some of it meanwhile.
        if sound:
            self._pacer.send(AGENT_FRAME_MS, self._clock())
        await self._client.play(packet.pack())
        if sound:
            self.marks.set("ws_first", self._clock())

    async def _wait(self, wait_s: Callable[[], float]) -> None:
        """Wait until `wait_s()` is 0. It is called again whenever the client reports what it played."""
        while (left_s := wait_s()) > 0:
            self._played.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._played.wait()
            except TimeoutError:
                continue

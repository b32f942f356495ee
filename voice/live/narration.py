"""One spoken answer: text goes in as it is written, clauses and frames of sound go out at the pace they are played.

Three stages run at once, with a bounded queue between each two: cutting into clauses, speaking, sending.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from language.markdown import plain
from voice.errors import SpeechUnavailable
from voice.live.heard import Spoken, heard_text
from voice.live.marks import Marks
from voice.live.pacing import SLACK_MS, Pacer
from voice.live.pending import PendingText
from voice.live.protocol import server_frames
from voice.live.protocol.frames import AGENT_FRAME_BYTES, AGENT_FRAME_MS, Flag, Kind, Packet
from voice.live.stages import Clauses, Client, Narrates

log = logging.getLogger(__name__)

MAX_CLAUSES = 3  # cut and not yet spoken; what is behind them waits as text
AHEAD_S = 3  # of sound made and not yet sent: covers the first byte of the next clause; an interruption wastes no more
MAX_KEPT_S = 300  # of one answer, 14 MB until it is stored
MAX_FRAMES = AHEAD_S * 1000 // AGENT_FRAME_MS


@dataclass(frozen=True, slots=True)
class _Sound:
    """A frame of one clause; the first one brings the clause along. One without sound only ends its clause."""

    sound: bytes
    flags: Flag = Flag.NONE
    begins: tuple[int, Spoken] | None = None


class Narration:
    """Speaks one answer to one client. `feed` and `finish` from outside, `run` until all of it was played."""

    def __init__(
        self, gen: int, client: Client, clauser: Clauses, narrator: Narrates, marks: Marks, clock: Callable[[], float]
    ):
        self.gen = gen
        self.is_silent = False  # speech failed; from then on the answer is text only
        self._client, self._clauser, self._narrator = client, clauser, narrator
        self._marks, self._clock = marks, clock
        self._pacer = Pacer()
        self._played = asyncio.Event()
        self._text = PendingText()
        self._clauses: asyncio.Queue[str | None] = asyncio.Queue(MAX_CLAUSES)
        self._sounds: asyncio.Queue[_Sound | None] = asyncio.Queue(MAX_FRAMES)
        self._spoken: list[Spoken] = []
        self._made_ms = 0
        self._made_sound = bytearray()
        self._is_all_made = False

    @property
    def has_sounded(self) -> bool:
        return self._pacer.sent_ms > 0

    @property
    def is_sounding(self) -> bool:
        """Whether sound of it is heard, or more is to come."""
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

    def feed(self, text: str) -> None:
        """More of the answer; never waits."""
        self._text.put(text)

    def finish(self) -> None:
        """The answer is whole."""
        self._text.close()

    async def run(self) -> None:
        """Until all was played, as far as the client tells; without speech, until the answer is whole."""
        async with asyncio.TaskGroup() as stages:
            stages.create_task(self._cut())
            stages.create_task(self._speak())
            stages.create_task(self._send())

    def ack(self, played_ms: int) -> None:
        """The client has played so much."""
        self._pacer.ack(played_ms, self._clock())
        if played_ms:
            self._marks.set("play_first", self._clock())
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

    # --- the stages -------------------------------------------------------------------------------------------

    async def _cut(self) -> None:
        while (text := await self._text.take()) is not None:
            for clause in self._clauser.feed(text):
                await self._clauses.put(clause)
        for clause in self._clauser.finish():
            await self._clauses.put(clause)
        await self._clauses.put(None)

    async def _speak(self) -> None:
        while (clause := await self._clauses.get()) is not None:
            self._marks.set("clause1", self._clock())
            if self.is_silent:
                continue  # the clauses still have to go somewhere, or the text would not come to its end
            try:
                await self._speak_clause(clause)
            except SpeechUnavailable as error:
                log.warning("an answer goes on without sound: %s", error)
                await self._fall_silent(error.cause)
            except Exception:  # a fault of ours must not take the text along
                log.exception("an answer goes on without sound")
                await self._fall_silent(SpeechUnavailable.Cause.PROVIDER_ERROR)
        self._is_all_made = True
        await self._sounds.put(None)

    async def _fall_silent(self, cause: SpeechUnavailable.Cause) -> None:
        self.is_silent = True
        await self._client.tell(server_frames.audio_unavailable(self.gen, cause.value))

    async def _speak_clause(self, clause: str) -> None:
        spoken = Spoken(clause, self._made_ms)
        begins: tuple[int, Spoken] | None = (len(self._spoken), spoken)
        self._spoken.append(spoken)
        rest = b""
        async with aclosing(self._narrator.speak(clause)) as pieces:
            async for piece in pieces:
                self._marks.set("tts_first", self._clock())
                rest += piece
                while len(rest) >= AGENT_FRAME_BYTES:
                    await self._made(spoken, _Sound(rest[:AGENT_FRAME_BYTES], begins=begins))
                    rest, begins = rest[AGENT_FRAME_BYTES:], None
        # The rest is filled up with silence, so that all frames are of one length.
        last = rest.ljust(AGENT_FRAME_BYTES, b"\0") if rest else b""
        await self._made(spoken, _Sound(last, Flag.LAST_OF_CLAUSE, begins))
        spoken.is_whole = True

    async def _made(self, spoken: Spoken, sound: _Sound) -> None:
        if sound.sound:
            spoken.made_ms += AGENT_FRAME_MS
            self._made_ms += AGENT_FRAME_MS
            if self._made_ms <= MAX_KEPT_S * 1000:
                self._made_sound += sound.sound
        await self._sounds.put(sound)

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
        packet = Packet(Kind.AGENT, flags, self.gen, self._pacer.sent_ms, sound)
        if sound:  # counted before it goes: while a slow client is waited for, some of it may have been played
            self._pacer.send(AGENT_FRAME_MS, self._clock())
        await self._client.play(packet.pack())
        if sound:
            self._marks.set("ws_first", self._clock())

    async def _wait(self, wait_s: Callable[[], float]) -> None:
        """Until `wait_s()` is 0; asked again whenever the client tells what it played."""
        while (left_s := wait_s()) > 0:
            self._played.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._played.wait()
            except TimeoutError:
                continue

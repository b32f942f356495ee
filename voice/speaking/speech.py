"""Answers spoken aloud: one task an answer, heard by any number of listeners from its start, kept as an MP3 at its end.

The answer itself is made by `conversations.replies.runs`; this only reads along, so a failing voice never costs a word.
"""

from __future__ import annotations

import asyncio
import io
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from conversations.intake.door import agent_of
from conversations.messages import reading
from conversations.messages.events import MessageData
from conversations.messages.reading import SessionMissing
from conversations.replies.following import Anew, BrokenOff, Ended, Piece, Position, follow
from conversations.replies.making import cut_text
from language.markdown import plain
from lib.heap import give_back
from lib.per_loop import PerLoop
from voice.errors import SpeechUnavailable
from voice.files.keeping import keep_spoken
from voice.models import VoiceSettings, settings_of
from voice.reading.clauses import Clauser
from voice.sound.audio import Mp3Encoder
from voice.sound.rates import BYTES_PER_S
from voice.tts.chain import Narrator, is_available

log = logging.getLogger(__name__)

CLAUSES_AHEAD = 3  # made while the one before is spoken; more would be thrown away by a Stop
MAX_DURATION_S = 300  # nobody listens longer, and 300 s are 14 MB while they are spoken
MAX_AT_ONCE = 20  # in one process
KEPT_S = 10  # for a listener who comes as it ends; later ones have the MP3, and a minute of sound takes 3 MB

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


class Speech:
    """One answer being spoken. `parts()` may be called often and late: each listener hears all of it."""

    def __init__(self, answer: MessageData, voice: VoiceSettings | None = None):
        """`voice` is read when it is not given."""
        self.answer = answer
        self._voice = voice
        self.attempt = answer.attempt
        self.is_written = False  # this attempt has ended, and all its words are known
        self._parts: list[Part] = []
        self._more = asyncio.Event()
        self._pcm_bytes = 0
        self._encoder: asyncio.Future[Mp3Encoder] | None = None  # only while it speaks: each has threads of its own
        self._mp3 = io.BytesIO()
        self.task: asyncio.Task[None] | None = None

    @property
    def is_over(self) -> bool:
        return bool(self._parts) and isinstance(self._parts[-1], End)

    @property
    def _length_ms(self) -> int:
        """Of what was spoken so far."""
        return self._pcm_bytes * 1000 // BYTES_PER_S

    async def parts(self) -> AsyncGenerator[Part, None]:
        """Everything from the start, then what comes, to the End."""
        index = 0
        while True:
            while index < len(self._parts):
                yield self._parts[index]
                index += 1
            if self.is_over:
                return
            await self._more.wait()

    async def over(self) -> None:
        """Wait for the End; the sound is stored by then, if there is any."""
        async with aclosing(self.parts()) as parts:
            async for _part in parts:
                pass

    async def run(self) -> None:
        """Speak the answer to its end and keep the sound; every way out says End to the listeners."""
        reason: Reason = "unavailable"
        try:
            reason = await self._speak()
            await self._keep()
        except SpeechUnavailable as error:
            log.warning("answer %s is not spoken: %s", self.answer.id, error)
        except (SessionMissing, reading.MessageMissing):
            reason = "stopped"
        except Exception:  # a fault of ours costs the sound, never the words
            log.exception("answer %s: its speech failed", self.answer.id)
        finally:
            self._encoder, self._mp3 = None, io.BytesIO()
            self._tell(End(reason))

    async def _speak(self) -> Reason:
        clauses: asyncio.Queue[str | None] = asyncio.Queue(CLAUSES_AHEAD)
        reading_along = asyncio.create_task(self._read(clauses))
        speaking = asyncio.create_task(self._say_all(clauses))
        try:
            await asyncio.wait({reading_along, speaking}, return_when=asyncio.FIRST_COMPLETED)
            if reading_along.done() and not reading_along.result():
                return "stopped"
            await speaking
            return "done"
        finally:
            for task in (reading_along, speaking):
                task.cancel()
            await asyncio.gather(reading_along, speaking, return_exceptions=True)

    async def _read(self, clauses: asyncio.Queue[str | None]) -> bool:
        """Puts the answer's clauses into the queue as they are written; False when it was stopped or began anew."""
        clauser = Clauser()
        async with aclosing(follow(self.answer.session_id, Position(self.answer.id))) as steps:
            async for step in steps:
                match step:
                    case Piece(text, position):
                        self.attempt = position.attempt
                        for clause in clauser.feed(text):
                            await clauses.put(clause)
                    case Anew() | BrokenOff():
                        return False
                    case Ended(message, _position, failure):
                        self.attempt, self.is_written = message.attempt, True
                        if message.was_stopped:
                            return False
                        closing = failure.fallback if failure else cut_text(message.cut)
                        for last in (*clauser.finish(), *([closing] if closing else []), None):
                            await clauses.put(last)
                        return True
        return False

    async def _say_all(self, clauses: asyncio.Queue[str | None]) -> None:
        # Before the first clause is there: until then nobody waits for this.
        voice = self._voice or await settings_of(await agent_of(uuid.UUID(self.answer.session_id)))
        narrator = Narrator(voice.voice, voice.pronunciations)
        index = 0
        while (clause := await clauses.get()) is not None:
            if self._pcm_bytes > MAX_DURATION_S * BYTES_PER_S:
                return
            self._tell(Clause(index, plain(clause), self._length_ms))
            if self._encoder is None:  # made while the voice is being asked
                self._encoder = asyncio.ensure_future(asyncio.to_thread(Mp3Encoder))
            async with aclosing(narrator.speak(clause)) as pieces:
                async for pcm in pieces:
                    await self._sound(await asyncio.shield(self._encoder), pcm)  # `_keep` needs it after a Stop too
            index += 1

    async def _sound(self, encoder: Mp3Encoder, pcm: bytes) -> None:
        encoding = asyncio.ensure_future(asyncio.to_thread(encoder.encode, pcm))
        try:
            mp3 = await asyncio.shield(encoding)
        except asyncio.CancelledError:
            self._mp3.write(await encoding)  # to its end: two threads in one encoder would bring the process down
            raise
        self._mp3.write(mp3)
        self._pcm_bytes += len(pcm)
        self._tell(Sound(pcm, mp3))

    async def _keep(self) -> None:
        """Store the sound with its message, and let every page show it."""
        rest = await asyncio.to_thread((await self._encoder).finish) if self._encoder else b""
        self._mp3.write(rest)
        self._tell(Sound(b"", rest))
        if not self._pcm_bytes or self.answer.tts_audio:
            return
        await keep_spoken(self.answer.session_id, self.answer.id, self.attempt, self._mp3, self._length_ms)

    def _tell(self, part: Part) -> None:
        self._parts.append(part)
        self._more.set()
        self._more = asyncio.Event()


class Speeches:
    """All answers that are spoken in this process."""

    def __init__(self) -> None:
        self._speeches: dict[str, Speech] = {}

    def find(self, answer: MessageData) -> Speech | None:
        """The speech of this attempt at the answer, if it is being spoken or has just been."""
        speech = self._speeches.get(answer.id)
        if speech is None or (speech.is_written and answer.is_running):  # asked for again meanwhile
            return None
        is_fixed = speech.is_written or speech.is_over
        return speech if not is_fixed or speech.attempt >= answer.attempt else None

    def start(self, answer: MessageData, voice: VoiceSettings | None = None) -> Speech:
        """Speak an answer, written or being written; the same one twice is spoken once. `voice` as it is read by now.

        Raises SpeechUnavailable when there is no voice, or too many are speaking.
        """
        if speech := self.find(answer):
            return speech
        if not is_available():
            raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED)
        if sum(not speech.is_over for speech in self._speeches.values()) >= MAX_AT_ONCE:
            raise SpeechUnavailable(SpeechUnavailable.Cause.RATE_LIMITED, "too many are speaking")
        speech = self._speeches[answer.id] = Speech(answer, voice)
        speech.task = asyncio.create_task(speech.run(), name=f"speech {answer.id}")
        speech.task.add_done_callback(lambda _task: self._forget_later(speech))
        return speech

    def _forget_later(self, speech: Speech) -> None:
        asyncio.get_running_loop().call_later(KEPT_S, self._forget, speech)
        self._rest()

    def _forget(self, speech: Speech) -> None:
        if self._speeches.get(speech.answer.id) is speech:
            del self._speeches[speech.answer.id]
        self._rest()

    def _rest(self) -> None:
        """In a pause, what speaking took goes back to the system."""
        if all(speech.is_over for speech in self._speeches.values()):
            asyncio.get_running_loop().run_in_executor(None, give_back)


@PerLoop
def speeches() -> Speeches:
    """The speeches of the running event loop."""
    return Speeches()

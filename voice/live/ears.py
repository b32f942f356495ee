"""Listens to one visitor: collects each utterance, transcribes it while they speak, and returns it when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from voice.errors import NothingHeard
from voice.live.marks import Marks
from voice.live.protocol.frames import MIC_RATE
from voice.live.stages import Transcribe
from voice.stt.transcriber import Transcript, Utterance

R = TypeVar("R")

MAX_TURN_S = 60  # a longer monologue is cut into turns, so that nothing is lost
MAX_EXCESS_S = 5  # of sound after such a cut, until the client has to notice it
FIRST_PARTIAL_S = 0.6  # a transcript of less speech changes a moment later
PARTIAL_S = 1.0
# Each partial transcript begins at the start of the utterance. The pause between two of them grows with its length, so
# that all of them together cost only a few times the utterance.
PARTIAL_PART = 0.2
# A transcript in a silence begins at the start, too, and the client decides how many silences there are. When they have
# cost this much sound, transcription waits for the end of the utterance.
GUESSED_PART, GUESSED_S = 4, 20.0
# A microphone makes a second of sound each second. A fifth more is allowed because clocks differ. Sound delayed while
# a phone changed cells may come at once.
MIC_S_PER_S = 1.2
MIC_AT_ONCE_S = 10.0

_BYTES_PER_S = MIC_RATE * 2


class TooMuchAudio(Exception):
    """More sound came than a microphone can make in that time."""


@dataclass(slots=True)
class EndedUtterance:
    """An utterance that has ended; its transcription is under way or done."""

    utt: int
    transcript: asyncio.Task[Transcript]
    marks: Marks
    sound: bytes = b""  # all of it, as it came from the microphone
    client_id: str = ""


@dataclass(slots=True)
class _Open:
    """The utterance that is being said. `guess` is a transcription that began in a silence, which may be the end."""

    utt: int
    client_id: str = ""
    sound: bytearray = field(default_factory=bytearray)
    marks: Marks = field(default_factory=Marks)
    guess: asyncio.Task[Transcript] | None = None
    guessed_s: float = 0.0  # the length of sound of all guesses together
    partial: asyncio.Task[None] | None = None
    partial_at: float = float("-inf")
    has_partials: bool = True
    admission: asyncio.Task[str] | None = None  # counts the utterance, before it is transcribed

    @property
    def length_s(self) -> float:
        return len(self.sound) / _BYTES_PER_S

    @property
    def may_guess(self) -> bool:
        return self.guess is None and self.guessed_s <= GUESSED_PART * self.length_s + GUESSED_S


class Ears:
    """Takes sound and control frames of the microphone, in order. An utterance with an older number is ignored."""

    def __init__(
        self,
        transcribe: Transcribe,
        tell_partial: Callable[[int, str], Coroutine[Any, Any, None]],
        clock: Callable[[], float],
        *,
        admit: Callable[[str], Awaitable[str]],
        language: str = "",
        has_partials: bool = True,
    ):
        self._transcribe, self._tell_partial, self._clock = transcribe, tell_partial, clock
        self._admit, self._language, self._has_partials = admit, language, has_partials
        self._open: _Open | None = None
        self._last_utt = 0
        self._excess_bytes = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._allowance_s, self._allowed_at = MIC_AT_ONCE_S, clock()

    @property
    def is_listening(self) -> bool:
        return self._open is not None

    @property
    def utt(self) -> int | None:
        """The number of the utterance that is being said."""
        return self._open.utt if self._open else None

    @property
    def is_at_an_end(self) -> bool:
        """True in a silence that may be the end of the utterance."""
        return self._open is not None and self._open.guess is not None

    def start(self, utt: int, client_id: str = "") -> bool:
        """Begin an utterance; an open one is dropped. Returns False, and does nothing, for an older number."""
        if utt <= self._last_utt:
            return False
        self.cancel()
        self._last_utt, self._excess_bytes = utt, 0
        self._open = _Open(utt, client_id, has_partials=self._has_partials)
        return True

    def hear(self, sound: bytes) -> EndedUtterance | None:
        """Take a piece of sound; without an open utterance it is dropped.

        Ends and returns an utterance that has reached MAX_TURN_S. Raises TooMuchAudio.
        """
        self._allow(len(sound) / _BYTES_PER_S)
        said = self._open
        if said is None:
            self._excess_bytes += len(sound) if self._excess_bytes else 0
            if self._excess_bytes > MAX_EXCESS_S * _BYTES_PER_S:
                raise TooMuchAudio
            return None
        said.sound += sound
        if said.length_s >= MAX_TURN_S:
            self._excess_bytes = 1  # not 0: from now on excess sound is counted
            return self.end(said.utt)
        self._show(said)
        return None

    def soft_end(self, utt: int) -> None:
        """There is a silence that may be the end: begin to transcribe."""
        said = self._named(utt)
        if said and said.may_guess:
            said.guessed_s += said.length_s
            said.marks = Marks()
            said.marks.set("soft_end", self._clock())
            self._drop(said.partial)
            said.guess = self._start(self._transcribed(said, self._so_far(said)))
            said.guess.add_done_callback(partial(self._tell_guess, said))

    def resume(self, utt: int) -> None:
        """The silence was not the end: drop its transcription."""
        if said := self._named(utt):
            self._drop(said.guess)
            said.guess, said.marks = None, Marks()

    def end(self, utt: int) -> EndedUtterance | None:
        """End the utterance and return it; None if it is not open, so that a repeated end does nothing."""
        said = self._named(utt)
        if said is None:
            return None
        self._open = None
        said.marks.set("commit", self._clock())
        self._drop(said.partial)
        transcript = said.guess or self._start(self._transcribed(said, self._so_far(said)))
        return EndedUtterance(utt, transcript, said.marks, bytes(said.sound), said.client_id)

    def cancel(self, utt: int | None = None) -> int | None:
        """Drop the open utterance, or only the one with this number. Returns the number of the dropped one."""
        said = self._open
        if said is None or utt not in {None, said.utt}:
            return None
        self._open = None
        self._drop(said.guess)
        self._drop(said.partial)
        return said.utt

    def _named(self, utt: int) -> _Open | None:
        return self._open if self._open and self._open.utt == utt else None

    def _allow(self, seconds: float) -> None:
        now = self._clock()
        earned_s = (now - self._allowed_at) * MIC_S_PER_S
        self._allowance_s = min(MIC_AT_ONCE_S, self._allowance_s + earned_s) - seconds
        self._allowed_at = now
        if self._allowance_s < 0:
            raise TooMuchAudio

    # --- transcription ----------------------------------------------------------------------------------------

    def _show(self, said: _Open) -> None:
        """Begin a partial transcript, if it is time for one and none is under way."""
        is_busy = said.guess is not None or (said.partial is not None and not said.partial.done())
        pause_s = max(PARTIAL_S, said.length_s * PARTIAL_PART)
        is_early = said.length_s < FIRST_PARTIAL_S or self._clock() - said.partial_at < pause_s
        if said.has_partials and not is_busy and not is_early:
            said.partial_at = self._clock()
            said.partial = self._start(self._partial(said, self._so_far(said)))

    def _tell_guess(self, said: _Open, guess: asyncio.Task[Transcript]) -> None:
        """Tell the words before a silence to the client, which waits longer after words such as "my number is"."""
        is_over = self._open is not said or said.guess is not guess
        if not (is_over or guess.cancelled() or guess.exception()):
            self._start(self._tell_partial(said.utt, guess.result().text))

    async def _partial(self, said: _Open, utterance: Utterance) -> None:
        try:
            transcript = await self._transcribed(said, utterance)
        except NothingHeard:
            return
        except Exception:  # the client is told once, when the utterance ends
            said.has_partials = False
            return
        if self._open is said:
            await self._tell_partial(said.utt, transcript.text)

    async def _transcribed(self, said: _Open, utterance: Utterance) -> Transcript:
        """Count the utterance, then transcribe it. If it is stored already, return the stored words.

        Raises what `admit` and `transcribe` raise.
        """
        if said.admission is None:
            said.admission = self._start(self._admitted(said))
        if stored := await asyncio.shield(said.admission):
            return Transcript(stored, "stored")
        return await self._transcribe(utterance)

    def _so_far(self, said: _Open) -> Utterance:
        """The utterance up to now."""
        import numpy as np

        samples = np.frombuffer(bytes(said.sound), dtype="<i2").astype(np.float32) / np.float32(32768)
        return Utterance(samples, self._language)

    async def _admitted(self, said: _Open) -> str:
        return await self._admit(said.client_id)

    def _start(self, work: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # must be read once, or asyncio reports a failed guess that nobody waits for

    def _drop(self, task: asyncio.Task[Transcript] | asyncio.Task[None] | None) -> None:
        if task:
            task.cancel()

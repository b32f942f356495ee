"""Stages of a live conversation that keep to a schedule: each thing is due at its time, counted from its beginning."""

from __future__ import annotations

import asyncio
import dataclasses
import struct
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conversations.intake.turns import StoredRecording, Turn
from conversations.messages.events import MessageData
from conversations.messages.reading import Failure
from conversations.replies.following import Anew, BrokenOff, Ended, Piece, Position, Step
from voice.errors import NothingHeard, SpeechUnavailable
from voice.live.protocol.frames import AGENT_RATE, MIC_RATE, Packet, unpack
from voice.live.stages import Stages
from voice.stt.transcriber import Transcript, Utterance


def now() -> float:
    return asyncio.get_running_loop().time()


async def until(at: float) -> None:
    await asyncio.sleep(max(0.0, at - now()))


@dataclass
class Heard:
    """One request to transcribe."""

    samples: int
    at: float
    was_cancelled: bool = False
    is_done: bool = False


class ScriptedEars:
    """Answers in turn; without an answer left it says how long the utterance was."""

    def __init__(self, *answers: str | Exception, takes_s: float = 0.3):
        self.answers = deque(answers)
        self.takes_s = takes_s
        self.requests: list[Heard] = []

    async def transcribe(self, utterance: Utterance) -> Transcript:
        request = Heard(len(utterance.samples), now())
        self.requests.append(request)
        try:
            await until(request.at + self.takes_s)
        except asyncio.CancelledError:
            request.was_cancelled = True
            raise
        request.is_done = True
        answer = self.answers.popleft() if self.answers else f"{len(utterance.samples) * 1000 // MIC_RATE} ms"
        if isinstance(answer, Exception):
            raise answer
        return Transcript(answer, "scripted")


@dataclass
class ScriptedNarrator:
    """Sound as long as the text: `ms_per_char`, its first piece after `first_s`, then so much faster than it plays."""

    first_s: float = 0.15
    times_real_time: float = 3.3
    ms_per_char: int = 60
    ms_per_word: int = 0  # on top of its characters
    piece_ms: int = 100
    fails_at: int | None = None  # which clause, counted over all answers
    clauses: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)  # the clauses whose sound was given up half way
    made_ms: int = 0

    async def speak(self, clause: str) -> AsyncGenerator[bytes, None]:
        began = now()
        self.clauses.append(clause)
        if self.fails_at is not None and len(self.clauses) > self.fails_at:
            raise SpeechUnavailable(SpeechUnavailable.Cause.TIMED_OUT, "scripted")
        length_ms = len(clause) * self.ms_per_char + len(clause.split()) * self.ms_per_word
        try:
            for ms in range(0, length_ms, self.piece_ms):
                await until(began + self.first_s + ms / 1000 / self.times_real_time)
                piece_ms = min(self.piece_ms, length_ms - ms)
                self.made_ms += piece_ms
                yield struct.pack("<h", 1000) * (AGENT_RATE * piece_ms // 1000)
        except (GeneratorExit, asyncio.CancelledError):
            self.closed.append(clause)
            raise


class Sentences:
    """A clauser for tests: everything up to a full stop."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        *whole, self._rest = (self._rest + text).split(".")
        return [f"{clause.strip()}." for clause in whole]

    def end_block(self) -> list[str]:
        rest, self._rest = self._rest.strip(), ""
        return [rest] if rest else []

    def finish(self) -> list[str]:
        return self.end_block()


@dataclass
class Answer:
    """How one reply is written: words by a rate, and what becomes of it."""

    text: str
    first_s: float = 0.35
    words_per_s: float = 40.0
    ending: str = "complete"  # or stopped, failed, gone, dismissed
    anew_after: int | None = None  # words, after which the first attempt is given up

    def words(self) -> list[str]:
        words = self.text.split(" ")
        return [word if place == 0 else f" {word}" for place, word in enumerate(words)]


class ScriptedTurns:
    """A session in memory."""

    session_id = "session"

    def __init__(self, *answers: Answer | Exception):
        self.answers = deque(answers)
        self.said: list[tuple[str, str, bool]] = []
        self.stopped: list[str] = []
        self.heard: dict[str, str] = {}
        self.recorded: list[int] = []  # bytes of each utterance that was stored
        self.discarded: list[StoredRecording] = []
        self.recordings: list[StoredRecording | None] = []  # those that came with a turn
        self.spoken: dict[str, int] = {}  # bytes of sound, by answer
        self.followed_to_the_end: list[str] = []
        self._turns: dict[str, Turn] = {}
        self._scripts: dict[str, Answer] = {}

    async def admit(self, client_id: str) -> str:
        return self._turns[client_id].question.content if client_id in self._turns else ""

    async def say(
        self, text: str, client_id: str, *, is_spoken: bool, recording: StoredRecording | None = None
    ) -> Turn:
        if client_id in self._turns:
            return dataclasses.replace(self._turns[client_id], is_new=False)
        answer = self.answers.popleft() if self.answers else Answer("Yes.")
        if isinstance(answer, Exception):
            raise answer
        self.said.append((text, client_id, is_spoken))
        self.recordings.append(recording)
        number = len(self._turns) + 1
        question, owed = _message(f"q{number}", "user", text), _message(f"a{number}", "assistant", "", "running")
        self._scripts[owed.id] = answer
        self._turns[client_id] = Turn(question, owed, is_new=True)
        return self._turns[client_id]

    async def follow(self, message_id: str, position: Position | None = None) -> AsyncGenerator[Step, None]:
        script, began = self._scripts[message_id], now()
        attempt = position.attempt if position else 0
        for number, word in enumerate(script.words()):
            await until(began + script.first_s + number / script.words_per_s)
            if script.anew_after == number and attempt == 0:
                yield Anew(Position(message_id, 1))
                return
            yield Piece(word, Position(message_id, attempt))
        if script.ending in {"gone", "dismissed"}:
            yield BrokenOff(is_gone=script.ending == "gone")
            return
        self.followed_to_the_end.append(message_id)
        failure = Failure("provider_error", "I could not finish this.") if script.ending == "failed" else None
        message = _message(message_id, "assistant", script.text, script.ending)
        yield Ended(message, Position(message_id), failure)

    async def stop(self, message_id: str) -> None:
        self.stopped.append(message_id)

    async def keep_heard(self, message_id: str, heard: str) -> None:
        self.heard[message_id] = heard

    async def keep_recording(self, sound: bytes) -> StoredRecording:
        self.recorded.append(len(sound))
        return StoredRecording(f"recordings/{len(self.recorded)}.mp3")

    async def discard_recording(self, recording: StoredRecording) -> None:
        self.discarded.append(recording)

    async def keep_spoken(self, message_id: str, attempt: int, sound: bytes) -> None:
        self.spoken[message_id] = len(sound)


def _message(name: str, role: str, content: str, status: str = "complete") -> MessageData:
    return MessageData(name, "session", 1, role, content, "voice", datetime(2026, 1, 1, tzinfo=UTC), status)


@dataclass
class Event:
    """A frame or a packet, when it came."""

    at: float
    frame: dict[str, Any] | None = None
    packet: Packet | None = None

    @property
    def name(self) -> str:
        return self.frame["type"] if self.frame else "sound"


class ScriptedClient:
    """The other end: keeps what it is told, plays sound in real time, and says what it played as a browser would."""

    def __init__(
        self, on_playback: Callable[[int, int], Any] | None = None, *, takes_s: float = 0.0, starts_after_s: float = 0.0
    ):
        self.events: list[Event] = []
        self.closed_with: int | None = None
        self.on_playback = on_playback
        self.takes_s = takes_s
        self.starts_after_s = starts_after_s  # what it waits to have before it plays, against gaps
        self.queued_most_ms = 0.0
        self.gaps = 0  # how often it had nothing to play in the middle of an answer
        self._gen = 0
        self._ends_at = 0.0  # when what was sent so far will be played
        self._got_ms = 0
        self._acking: asyncio.Task[None] | None = None
        self._came = asyncio.Event()

    async def tell(self, frame: dict[str, Any]) -> None:
        await asyncio.sleep(self.takes_s)
        self._keep(Event(now(), frame=frame))

    async def play(self, packet: bytes) -> None:
        await asyncio.sleep(self.takes_s)
        self.arrive(packet)

    def arrive(self, packet: bytes) -> None:
        got = unpack(packet)
        self._keep(Event(now(), packet=got))
        if got.gen != self._gen:
            self._gen, self._got_ms, self._ends_at = got.gen, 0, 0.0
            if self._acking:
                self._acking.cancel()
            self._acking = asyncio.create_task(self._ack(got.gen)) if self.on_playback else None
        ms = len(got.sound) * 1000 // (AGENT_RATE * 2)
        if ms and self._ends_at < now():
            self.gaps += self._got_ms > 0
            self._ends_at = now() + self.starts_after_s
        self._got_ms += ms
        self._ends_at += ms / 1000
        self.queued_most_ms = max(self.queued_most_ms, (self._ends_at - now()) * 1000)

    async def close(self, code: int) -> None:
        self.closed_with = code

    @property
    def played_ms(self) -> int:
        return int(self._got_ms - max(0.0, self._ends_at - now()) * 1000)

    async def _ack(self, gen: int) -> None:
        while self._gen == gen:
            await asyncio.sleep(0.25)
            assert self.on_playback
            await self.on_playback(gen, self.played_ms)

    def names(self) -> list[str]:
        """What came, in order; a run of the same is one."""
        names = [event.name for event in self.events]
        return [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [event.frame for event in self.events if event.frame and event.frame["type"] == kind]

    def packets(self) -> list[Packet]:
        return [event.packet for event in self.events if event.packet]

    async def wait_for(self, kind: str, count: int = 1, timeout_s: float = 600) -> Event:
        """The `count`-th of its kind, once it is there."""
        seen = 0
        async with asyncio.timeout(timeout_s):
            while True:
                for event in self.events[seen:]:
                    count -= event.name == kind
                    if not count:
                        return event
                seen = len(self.events)
                self._came.clear()
                await self._came.wait()

    def _keep(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()


def silence(ms: int) -> bytes:
    return b"\0\0" * (MIC_RATE * ms // 1000)


def stages(ears: ScriptedEars, narrator: ScriptedNarrator, greeting: str = "") -> Stages:
    return Stages(ears.transcribe, lambda: narrator, Sentences, greeting)


NOTHING = NothingHeard(NothingHeard.Reason.SILENCE)
UNAVAILABLE = SpeechUnavailable(SpeechUnavailable.Cause.TIMED_OUT, "scripted")

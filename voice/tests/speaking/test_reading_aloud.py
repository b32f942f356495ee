"""The one way in which an answer is spoken, whatever becomes of its sound."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from conversations.messages.events import MessageData
from conversations.messages.reading import Failure
from conversations.replies.following import Anew, BrokenOff, Ended, Piece, Position, Quiet, Step, StillThinking
from voice.errors import SpeechUnavailable
from voice.reading.clauses import Clauser
from voice.speaking.reading_aloud import Ending, ReadingAloud
from voice.tests.waiting import until

ANSWER = "We sell lamps of brass. They cost ninety euros each. All of them are in stock."
CLAUSES = ["We sell lamps of brass.", "They cost ninety euros each.", "All of them are in stock."]
HERE = Position("a1", 1)


class Listener:
    """A sink that keeps all it is given, and takes sound only while its gate is open."""

    def __init__(self, *, needs_sound: bool = False, clauses_at_most: int = 100):
        self.needs_sound, self.clauses_at_most = needs_sound, clauses_at_most
        self.text = self.closing = ""
        self.clauses: list[str] = []
        self.ended: list[str] = []
        self.sound_bytes = 0
        self.lost: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()

    def show_text(self, text: str) -> None:
        self.text += text

    def end_text(self, closing: str) -> None:
        self.closing = closing

    async def begin_clause(self, clause: str) -> bool:
        if len(self.clauses) >= self.clauses_at_most:
            return False
        self.clauses.append(clause)
        return True

    async def take_sound(self, pcm: bytes) -> None:
        await self.gate.wait()
        self.sound_bytes += len(pcm)

    async def end_clause(self) -> None:
        self.ended.append(self.clauses[-1])

    async def lose_voice(self, error: Exception) -> None:
        self.lost.append(error)
        if self.needs_sound:
            raise error


class Voice:
    """A sample for each character; from `fails_at` on it cannot speak."""

    def __init__(self, fails_at: int = 100, error: Exception | None = None):
        self.fails_at = fails_at
        self.error = error or SpeechUnavailable(SpeechUnavailable.Cause.TIMED_OUT, "scripted")
        self.asked: list[str] = []

    async def speak(self, clause: str) -> AsyncGenerator[bytes, None]:
        self.asked.append(clause)
        if len(self.asked) > self.fails_at:
            raise self.error
        for _character in clause:
            yield struct.pack("<h", 1000)


async def written(
    *steps: Step, then: asyncio.Event | None = None, last: Step | None = None
) -> AsyncGenerator[Step, None]:
    """These steps, and the last one when it is wanted."""
    for step in steps:
        yield step
    if then:
        await then.wait()
    if last:
        yield last


def words(text: str) -> list[Step]:
    return [Piece(f"{word} ", HERE) for word in text.split()]


def ended(status: str = "complete", cut: str = "", failure: Failure | None = None) -> Ended:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Ended(MessageData("a1", "s", 2, "assistant", ANSWER, "text", at, status, cut=cut, attempt=1), HERE, failure)


async def test_an_answer_is_shown_and_spoken_clause_by_clause():
    sink, voice = Listener(), Voice()
    aloud = ReadingAloud(sink, Clauser())

    ending = await aloud.run(written(Quiet(), StillThinking(HERE), *words(ANSWER), ended()), voice)

    assert ending is Ending.DONE
    assert sink.text.strip() == ANSWER
    assert sink.clauses == sink.ended == voice.asked == CLAUSES
    assert sink.sound_bytes == 2 * sum(map(len, CLAUSES))
    assert (aloud.is_written, aloud.attempt) == (True, 1)


async def test_the_text_does_not_wait_for_a_sink_whose_sound_does():
    sink = Listener()
    sink.gate.clear()
    aloud = ReadingAloud(sink, Clauser())
    running = asyncio.create_task(aloud.run(written(*words(ANSWER), ended()), Voice()))
    await until(lambda: aloud.is_written)

    assert sink.text.strip() == ANSWER
    assert sink.clauses == CLAUSES[:1]
    sink.gate.set()
    assert await running is Ending.DONE
    assert sink.ended == CLAUSES


@pytest.mark.parametrize(
    ("last", "ending"),
    [
        (ended("stopped"), Ending.STOPPED),
        (Anew(Position("a1", 2)), Ending.ANEW),
        (BrokenOff(is_gone=False), Ending.CUT),
    ],
    ids=["stopped", "anew", "broken off"],
)
async def test_a_sudden_end_is_told_at_once_and_nothing_more_is_spoken(last, ending):
    sink, voice, comes = Listener(), Voice(), asyncio.Event()
    sink.gate.clear()
    aloud = ReadingAloud(sink, Clauser())
    running = asyncio.create_task(aloud.run(written(*words(ANSWER), then=comes, last=last), voice))
    await until(lambda: voice.asked)

    comes.set()

    assert await running is ending
    assert voice.asked == CLAUSES[:1]
    assert sink.ended == []
    assert aloud.goes_on_at == (Position("a1", 2) if ending is Ending.ANEW else None)


async def test_an_answer_goes_on_without_a_voice_where_the_sink_has_its_text():
    fault = ValueError("a fault of ours")
    sink, voice = Listener(), Voice(fails_at=1, error=fault)

    ending = await ReadingAloud(sink, Clauser()).run(written(*words(ANSWER), ended()), voice)

    assert ending is Ending.DONE
    assert sink.text.strip() == ANSWER
    assert sink.ended == CLAUSES[:1]
    assert voice.asked == CLAUSES[:2]
    assert sink.lost == [fault]


async def test_without_a_voice_there_is_an_end_where_the_sink_is_there_for_the_sound():
    sink, never = Listener(needs_sound=True), asyncio.Event()
    steps = written(*words(ANSWER), then=never)

    with pytest.raises(SpeechUnavailable):
        await ReadingAloud(sink, Clauser()).run(steps, Voice(fails_at=0))

    assert sink.lost


async def test_a_sink_that_takes_no_more_ends_the_reading():
    sink, voice, never = Listener(clauses_at_most=1), Voice(), asyncio.Event()

    ending = await ReadingAloud(sink, Clauser()).run(written(*words(ANSWER), then=never), voice)

    assert ending is Ending.DONE
    assert voice.asked == CLAUSES[:1]


async def test_a_fault_while_it_follows_ends_the_speaking():
    async def breaks() -> AsyncGenerator[Step, None]:
        yield Piece(ANSWER, HERE)
        raise ConnectionError("no database")

    sink = Listener()
    sink.gate.clear()

    with pytest.raises(ConnectionError):
        await ReadingAloud(sink, Clauser()).run(breaks(), Voice())


@pytest.mark.parametrize("text", ["", "We sell lamps", "```\nlamp = brass", "| lamp | brass |\n| - | -"])
async def test_why_an_answer_failed_is_said_behind_it_whatever_it_ends_in(text):
    sink = Listener()
    failure = Failure("provider_error", "I could not finish this answer. Please try again.")

    ending = await ReadingAloud(sink, Clauser()).run(
        written(Piece(text, HERE), ended("failed", failure=failure)), Voice()
    )

    assert ending is Ending.ERROR
    assert sink.closing == failure.fallback
    assert sink.clauses[-2:] == ["I could not finish this answer.", "Please try again."]
    assert sink.clauses[:-2] == ([text] if text else [])


async def test_a_listener_is_told_that_an_answer_is_not_whole():
    sink = Listener()

    ending = await ReadingAloud(sink, Clauser()).run(written(*words(ANSWER), ended(cut="length")), Voice())

    assert ending is Ending.DONE
    assert sink.clauses == [*CLAUSES, "This answer was cut short.", "Ask me to go on."]

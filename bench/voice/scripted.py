"""Providers that keep to a schedule: then all that is above the schedule is the server's own work."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import numpy as np

from bench.streaming.processes import Server
from bench.voice.asking import Spoken, TurnFailed, Visitor, http_client
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.speech import Spoken as Voice
from fakes.transcription import Heard
from voice.reading.clauses import Clauser
from voice.sound.audio import wav

STT_S, FIRST_TOKEN_S, TOKENS_PER_S, FIRST_BYTE_S, RTF = 0.300, 0.350, 50.0, 0.150, 0.3
SHORT, LONG = 120, 400  # words of an answer
TURNS, EVERY_LONG = 30, 6  # at one session; a long answer after every sixth turn
SESSIONS, TURNS_EACH = 10, 4
PAUSE_S = 1.5  # at most, between two turns of one of many sessions: people do not speak in chorus
SEQUENTIAL = 10
CLOSED_S = 2.0  # a connection that is open for so long after a Stop is not closed by it

OPENINGS = (
    "The Brook 90 makes ninety cups a day, and it fits under most cupboards.",
    "Yes, we deliver to your door in three working days.",
    "That depends on how many people drink coffee in your office.",
)
GOES_ON = (
    "It grinds the beans for every cup, so each of them tastes as fresh as the first one in the morning.",
    "Cleaning takes about five minutes, and the machine tells you when it is time for it.",
    "Most of our customers rent it for a year, since service and repairs are part of the price.",
    "Would you like a visit, or shall I send you an offer for your team?",
)


def answer(opening: str, words: int) -> str:
    """That many words that begin so."""
    said = opening.split()
    while len(said) < words:
        said += [word for sentence in GOES_ON for word in sentence.split()]
    return " ".join(said[:words]).rstrip(".,?") + "."


def tokens(text: str) -> tuple[str, ...]:
    """Four for three words, as tokenizers make of English: every third word is two."""
    made: list[str] = []
    for at, word in enumerate(text.split()):
        piece = f" {word}" if at else word
        half = len(piece) // 2
        made += [piece[:half], piece[half:]] if at % 3 == 2 else [piece]
    return tuple(made)


def expected() -> dict[str, float]:
    """By first clause: ms to its first sound if the server took no time at all, with the clauses the server makes."""
    found = {}
    for opening in OPENINGS:
        clauser = Clauser()
        for position, token in enumerate(tokens(answer(opening, SHORT))):
            if clauses := clauser.feed(token):
                ready_s = STT_S + FIRST_TOKEN_S + position / TOKENS_PER_S
                found[clauses[0]] = 1000 * (ready_s + FIRST_BYTE_S)
                break
    return found


@dataclass(slots=True)
class Figures:
    """What was measured, in ms. `overhead` is above the formula; `long_sound` of answers of LONG words."""

    sound: list[float] = field(default_factory=list)
    formula: list[float] = field(default_factory=list)
    long_sound: list[float] = field(default_factory=list)
    crowd_sound: list[float] = field(default_factory=list)
    crowd_formula: list[float] = field(default_factory=list)
    sequential: list[float] = field(default_factory=list)
    before_stt: list[float] = field(default_factory=list)  # upload's end to the transcriber's request
    before_model: list[float] = field(default_factory=list)  # transcript to the model's request
    before_voice: list[float] = field(default_factory=list)  # the clause's last token to the voice's request
    after_voice: list[float] = field(default_factory=list)  # the voice's first byte to the client
    model_gone: list[float] = field(default_factory=list)  # Stop sent to the model's connection closed
    voice_gone: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0  # of the server, for one turn at one session
    left_open: int = 0  # connections that Stop did not close
    failures: list[str] = field(default_factory=list)

    @property
    def overhead(self) -> list[float]:
        return [sound - due for sound, due in zip(self.sound, self.formula, strict=True)]

    @property
    def crowd_overhead(self) -> list[float]:
        return [sound - due for sound, due in zip(self.crowd_sound, self.crowd_formula, strict=True)]


class Schedule:
    """The fakes, with scripts for each turn; `number` makes questions differ."""

    def __init__(self, fake: FakeOpenAI):
        self.fake = fake
        self.number = 0

    def turn(self, words: int) -> None:
        opening = OPENINGS[self.number % len(OPENINGS)]
        self.number += 1
        self.fake.hear(Heard("How much coffee does it make in a day?", after_s=STT_S))
        script = Script(tokens=tokens(answer(opening, words)), first_token_s=FIRST_TOKEN_S, rate_per_s=TOKENS_PER_S)
        self.fake.then(script)

    def voices(self, count: int) -> None:
        self.fake.say(*[Voice(first_byte_s=FIRST_BYTE_S, rtf=RTF)] * count)


def environment(fake: FakeOpenAI) -> dict[str, str]:
    """For the server: every provider is the scripted one, and no sound is kept from one turn to the next."""
    return {
        "OPENAI_BASE_URL": fake.base_url,
        "OPENAI_API_KEY": "scripted",
        "OPENAI_MODEL": "scripted",
        "OPENAI_TTS_MODEL": "scripted",
        "STT_PROVIDERS": "openai",
        "TTS_PROVIDERS": "openai",
        "SPEECH_CACHE_BYTES": "0",
    }


async def measure(server: Server, fake: FakeOpenAI, recording: bytes, samples: np.ndarray, rounds: int) -> Figures:
    """One session first, then many; a failed turn is noted, and the next one goes on."""
    figures, schedule = Figures(), Schedule(fake)
    due = expected()
    async with http_client() as http:
        async with _a_turn(figures):  # imports the clients: not counted
            schedule.turn(SHORT)
            schedule.voices(4)
            await (await Visitor.joined(http, server.url)).ask(recording, stop_at_sound=True)
        visitor = await Visitor.joined(http, server.url)
        cpu_s = server.cpu_s()
        for number in range(rounds):
            async with _a_turn(figures):
                await _alone(visitor, recording, schedule, figures, due)
            if number % EVERY_LONG == 0:
                async with _a_turn(figures):
                    figures.long_sound.append((await _stopped(visitor, recording, schedule, LONG)).ms("sound"))
        figures.cpu_ms = 1000 * (server.cpu_s() - cpu_s) / max(1, len(figures.sound) + len(figures.long_sound))
        fake.reset()
        schedule.voices(SESSIONS * TURNS_EACH * 4)
        chance = random.Random(7)  # the same pauses each time
        await asyncio.gather(
            *(_one_of_many(http, server.url, recording, schedule, figures, due, chance) for _ in range(SESSIONS))
        )
        fake.reset()
        file = wav(samples)
        figures.sequential += await asyncio.gather(*(_sequential(http, fake, file) for _ in range(SEQUENTIAL)))
    return figures


@asynccontextmanager
async def _a_turn(figures: Figures) -> AsyncIterator[None]:
    try:
        yield
    except (TurnFailed, TimeoutError, aiohttp.ClientError) as error:
        figures.failures.append(f"{type(error).__name__}: {error}"[:200])


async def _stopped(visitor: Visitor, recording: bytes, schedule: Schedule, words: int) -> Spoken:
    schedule.fake.reset()
    schedule.turn(words)
    schedule.voices(6)
    return await visitor.ask(recording, stop_at_sound=True)


async def _alone(
    visitor: Visitor, recording: bytes, schedule: Schedule, figures: Figures, due: dict[str, float]
) -> None:
    turn = await _stopped(visitor, recording, schedule, SHORT)
    fake = schedule.fake
    figures.sound.append(turn.ms("sound"))
    figures.formula.append(due[turn.clause])
    heard, asked, said = fake.heard[0], fake.requests[0], fake.speech.spoken[0]
    # On the schedule's clock, which counts each provider's time from its request's arrival.
    model_at = heard.arrived_at + STT_S
    clause_at = asked.arrived_at + (due[turn.clause] / 1000 - STT_S - FIRST_BYTE_S)
    assert turn.sound_at is not None
    figures.before_stt.append(1000 * (heard.arrived_at - turn.uploaded_at))
    figures.before_model.append(1000 * (asked.arrived_at - model_at))
    figures.before_voice.append(1000 * (said.arrived_at - clause_at))
    figures.after_voice.append(1000 * (turn.sound_at - said.arrived_at - FIRST_BYTE_S))
    await _gone(turn, fake, figures)


async def _gone(turn: Spoken, fake: FakeOpenAI, figures: Figures) -> None:
    """How soon what was open when Stop was sent was closed."""
    until = time.monotonic() + CLOSED_S
    asked, voices = fake.requests[0], [each for each in fake.speech.spoken if each.finished_at is None]
    while time.monotonic() < until and any(each.gone_at is None for each in (asked, *voices)):  # noqa: ASYNC110 the fakes tell times, not events
        await asyncio.sleep(0.01)
    assert turn.stop_at is not None
    figures.left_open += sum(each.gone_at is None for each in (asked, *voices))
    if asked.gone_at is not None:
        figures.model_gone.append(1000 * (asked.gone_at - turn.stop_at))
    figures.voice_gone += [1000 * (each.gone_at - turn.stop_at) for each in voices if each.gone_at is not None]


async def _one_of_many(
    http: aiohttp.ClientSession,
    base: str,
    recording: bytes,
    schedule: Schedule,
    figures: Figures,
    due: dict[str, float],
    chance: random.Random,
) -> None:
    visitor = await Visitor.joined(http, base)
    for _ in range(TURNS_EACH):
        await asyncio.sleep(chance.uniform(0, PAUSE_S))
        async with _a_turn(figures):
            schedule.turn(SHORT)
            turn = await visitor.ask(recording, stop_at_sound=True)
            figures.crowd_sound.append(turn.ms("sound"))
            figures.crowd_formula.append(due[turn.clause])


async def _sequential(http: aiohttp.ClientSession, fake: FakeOpenAI, file: bytes) -> float:
    """The baseline, with no server in between: understand, wait for the whole answer, then have all of it spoken."""
    schedule = Schedule(fake)
    schedule.turn(SHORT)
    schedule.voices(1)
    began_at = time.monotonic()
    form = aiohttp.FormData({"model": "scripted"})
    form.add_field("file", io.BytesIO(file), filename="speech.wav")
    async with http.post(f"{fake.base_url}/audio/transcriptions", data=form) as response:
        question = (await response.json())["text"]
    body = {"model": "scripted", "stream": True, "messages": [{"role": "user", "content": question}]}
    async with http.post(f"{fake.base_url}/chat/completions", json=body) as response:
        await response.read()
    body = {"model": "scripted", "voice": "any", "input": answer(OPENINGS[0], SHORT)}
    async with http.post(f"{fake.base_url}/audio/speech", json=body) as response:
        await response.content.readany()
        return 1000 * (time.monotonic() - began_at)

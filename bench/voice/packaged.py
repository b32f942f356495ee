"""Turns with the built-in model, ears and voice: no key, no network, all of it in the server's own process."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.streaming.processes import Server
from bench.voice.asking import Spoken, TurnFailed, Visitor, http_client

ENVIRONMENT = {
    "STT_PROVIDERS": "builtin",
    "TTS_PROVIDERS": "builtin",
    "SPEECH_CACHE_BYTES": "0",
}  # no sound from before
AT_REST = "at rest"
STAGES = ("transcript", "text", "sound", "done")
SESSIONS, TURNS_EACH = 10, 2
PAUSE_S = 4.0  # at most, between two turns of one of many sessions
SETTLED_CPU_S = 0.05  # a server that uses less in a second has nothing more to load
WARM_S = 30
REST_S = 13.0  # after the last answer: 10 s later it is forgotten (`speeches.KEPT_S`), and its memory handed back
KEPT = 4  # answers whose sound is listened to again


@dataclass(slots=True)
class Figures:
    """What was measured: ms of each stage by load, resident memory in MB by moment, and answers with their MP3."""

    stages: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    cpu_ms: float = 0.0  # of the server, for one turn at one session, its whole answer spoken
    resident_mb: dict[str, float] = field(default_factory=dict)
    spoken: list[tuple[str, bytes]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, load: str, turn: Spoken) -> None:
        stages = self.stages.setdefault(load, {stage: [] for stage in STAGES})
        for stage in STAGES:
            stages[stage].append(turn.ms(stage))


async def measure(server: Server, recordings: Sequence[bytes], rounds: int) -> Figures:
    """A first question that nothing was loaded for; then a new process, warmed as the page does it, alone and full."""
    figures = Figures()
    await server.start()
    async with http_client() as http:
        figures.resident_mb["started"] = resident_mb(server)
        await _asked(figures, "cold", await Visitor.joined(http, server.url), recordings[0])
        figures.resident_mb["after a cold turn"] = resident_mb(server)
    server.stop()
    await server.start()
    try:
        async with http_client() as http:
            visitor = await Visitor.joined(http, server.url)
            figures.resident_mb["before"] = resident_mb(server)
            await _warm(http, server)
            figures.resident_mb["warm"] = resident_mb(server)
            await _asked(figures, "first warm", visitor, recordings[0])
            cpu_s = server.cpu_s()
            for at in range(rounds):
                turn = await _asked(figures, "1 session", visitor, recordings[at % len(recordings)])
                if turn and turn.mp3_path and len(figures.spoken) < KEPT:
                    figures.spoken.append((turn.answer, await visitor.sound_of(turn)))
            figures.cpu_ms = 1000 * (server.cpu_s() - cpu_s) / rounds
            chance = random.Random(7)  # the same pauses and questions each time
            await asyncio.gather(
                *(_one_of_many(http, server.url, recordings, figures, chance) for _ in range(SESSIONS))
            )
            figures.resident_mb["after all turns"] = resident_mb(server)
            await asyncio.sleep(REST_S)
            figures.resident_mb[AT_REST] = resident_mb(server)
    finally:
        server.stop()
    return figures


async def _one_of_many(
    http: aiohttp.ClientSession, base: str, recordings: Sequence[bytes], figures: Figures, chance: random.Random
) -> None:
    visitor = await Visitor.joined(http, base)
    for _ in range(TURNS_EACH):
        await asyncio.sleep(chance.uniform(0, PAUSE_S))
        await _asked(figures, f"{SESSIONS} sessions", visitor, chance.choice(recordings))


async def _asked(figures: Figures, load: str, visitor: Visitor, recording: bytes) -> Spoken | None:
    try:
        turn = await visitor.ask(recording)
        figures.add(load, turn)
        return turn
    except (TurnFailed, TimeoutError, aiohttp.ClientError) as error:
        figures.failures.append(f"{load}: {type(error).__name__}: {error}"[:200])
        return None


async def _warm(http: aiohttp.ClientSession, server: Server) -> None:
    """What a page does when somebody reaches for the microphone; until the server is idle again."""
    async with http.get(f"{server.url}/chat/csrf/") as response:
        token = (await response.json())["token"]
    headers = {"X-CSRFToken": token, "Referer": server.url, "Cookie": f"csrftoken={token}"}
    async with http.post(f"{server.url}/chat/demo/voice/ready/", headers=headers) as response:
        if response.status != 204:
            raise TurnFailed(f"getting ready: {response.status}")
    until = time.monotonic() + WARM_S
    while time.monotonic() < until:
        before_s = server.cpu_s()
        await asyncio.sleep(1)
        if server.cpu_s() - before_s < SETTLED_CPU_S:
            return


def resident_mb(server: Server) -> float:
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel tells no resident memory")

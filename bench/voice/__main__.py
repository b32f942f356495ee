"""`python -m bench.voice`: spoken turns on a site of its own, with scripted providers and with the built-in ones."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from bench.streaming.disturbance import Lag
from bench.streaming.processes import Server, cores, machine_busy_s
from bench.voice import packaged, scripted, words
from bench.voice.report import Run, table, verdicts, write
from fakes.openai import FakeOpenAI
from fakes.site import Site, site
from voice.reading.normalise import speakable
from voice.sound.rates import LISTENING_RATE
from voice.tests.sounds import encoded
from voice.tests.utterances import speech

QUESTION = "How much coffee does it make?"  # two seconds, with half a second of silence on either side
PACKAGED_TURNS = 8  # each of about five seconds: the whole answer is made and kept
QUICK_TURNS = 4
QUIET_CORES = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.voice", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few turns")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as for Ctrl-C: every server is ended
    # In this process the built-in transcriber alone listens, to tell its errors apart from anybody else's.
    os.environ.update(DJANGO_SETTINGS_MODULE="salesagent.settings", STT_PROVIDERS="builtin")
    django.setup()
    began_at = time.monotonic()
    run = Run(len(speech(QUESTION)) / LISTENING_RATE, load=[os.getloadavg()[0]])
    environment = {"RATE_LIMITS": "off", "API_AUTH": "required", "API_KEY": "", "REDIS_URL": "", "LOG_LEVEL": "warning"}
    with tempfile.TemporaryDirectory(prefix="bench-voice-") as folder, site(Path(folder), **environment) as made:
        _say("preparing the demo")
        made.manage("seed")
        asyncio.run(measure(run, made, quick=options.quick))
    run.load.append(os.getloadavg()[0])
    run.elapsed_s = time.monotonic() - began_at
    found = verdicts(run)
    print(table(run))
    print(f"\nThe client and the scripted providers were late by {run.client_late_p99_ms:.1f} ms (p99).")
    print(f"Load average of the machine: {run.load[0]:.1f} before, {run.load[-1]:.1f} after; {os.cpu_count()} cores.")
    print(f"Cores that other programs had during the scripted turns: {run.neighbours_cores:.2f}.")
    if run.neighbours_cores > QUIET_CORES:
        print("The machine was not quiet: times are too long, and what the server adds is rough.")
    print("\nGoals", *found, sep="\n")
    print(f"\n{run.elapsed_s:.0f} s. Written to {write(run)}")
    return int(not all(verdict.is_met for verdict in found))


async def measure(run: Run, made: Site, *, quick: bool) -> None:
    """The scripted turns; then the built-in ones, with whatever cores there are; then what was understood."""
    spoken = [(text, speech(text)) for text in words.SENTENCES]
    _say("turns with scripted providers")
    on, others = cores()
    everywhere = os.sched_getaffinity(0)
    async with FakeOpenAI() as fake:
        server = _server(made, scripted.environment(fake), on)
        await server.start()
        os.sched_setaffinity(0, others)
        try:
            samples = speech(QUESTION)
            recording = encoded(samples, "webm", LISTENING_RATE)
            turns = QUICK_TURNS if quick else scripted.TURNS
            with Lag() as lag, _neighbours(run, server):
                run.scripted = await scripted.measure(server, fake, recording, samples, turns)
            run.client_late_p99_ms = lag.p99_ms
        finally:
            server.stop()
            os.sched_setaffinity(0, everywhere)
    _say("turns with the built-in providers")
    recordings = [encoded(samples, "webm", LISTENING_RATE) for _, samples in spoken]
    turns = QUICK_TURNS if quick else PACKAGED_TURNS
    run.packaged = await packaged.measure(_server(made, packaged.ENVIRONMENT, set()), recordings, turns)
    _say("listening")
    run.word_errors["questions, built-in voice"] = await words.heard_in(spoken)
    by_espeak = [(text, sound) for text in words.SENTENCES if (sound := words.espeak(text)) is not None]
    if by_espeak:
        run.word_errors["questions, espeak-ng"] = await words.heard_in(by_espeak)
    kept = [(speakable(text), words.sound_of(file)) for text, file in run.packaged.spoken]
    run.word_errors["our own answers, from the MP3 as served"] = await words.heard_in(kept)


def _server(made: Site, environment: dict[str, str], on: set[int]) -> Server:
    command = [sys.executable, "manage.py", "serve"]
    return Server(command, made.port, made.log, {**made.environment, **environment}, on)


@contextmanager
def _neighbours(run: Run, server: Server) -> Iterator[None]:
    """Notes how many cores were used by programs that have nothing to do with this."""

    def others_s() -> float:
        return machine_busy_s() - time.process_time() - server.cpu_s()

    began_at, before_s = time.monotonic(), others_s()
    yield
    run.neighbours_cores = max(0.0, (others_s() - before_s) / (time.monotonic() - began_at))


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

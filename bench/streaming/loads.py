"""What is done to a contender, and what is measured of it."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp

from bench.streaming.contenders.base import Contender, TurnFailed, Visit
from bench.streaming.script import RATE_PER_S, TOKENS, UNITS_PER_S, Script, asked_in_turn, since_s
from bench.streaming.transcript import Faults, Transcript

T = TypeVar("T")

ASKS_PER_S = 50  # how fast a wave's questions come; its answers then begin together
LATE_S = 30  # how much longer than its schedule an answer may take before it counts as failed
PROBES = 40
PROBE_GAP_S = 0.2
AT_ONCE = 20  # visitors who arrive at the same time while the load is set up
IDLE_WARM_UP = 100  # sockets opened before the first look at the memory: what the process needs once is not theirs
IDLE_S = 5.0
SETTLE_MOST_S = 60
QUIET_SHARE = 0.1  # of a core: below this a server has nothing left to do

_questions = asked_in_turn()  # no load asks what another has asked before


@dataclass(slots=True)
class Figures:
    """One load on one contender, once. What a load does not measure stays None."""

    cpu_s_per_1000_tokens: float | None = None
    relay_p50_ms: float | None = None
    relay_p95_ms: float | None = None
    relay_p99_ms: float | None = None
    first_word_p50_ms: float | None = None
    first_word_p95_ms: float | None = None
    tokens_per_s: float | None = None
    socket_kb: float | None = None
    settled_s: float | None = None  # from the first socket until the server has done what the last one asked for
    idle_cpu_percent: float | None = None
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    failed_turns: int = 0
    turns: int = 0
    failures: list[str] = field(default_factory=list)  # a few, as examples


class Load:
    """A name for the command line, a title for the table, and how it is done."""

    def __init__(self, name: str, title: str, run: Callable[[Contender], Awaitable[Figures]], *, needs_sockets: bool):
        self.name = name
        self.title = title
        self.run = run
        self.needs_sockets = needs_sockets


def wave(replies: int) -> Load:
    """That many answers at the same time: asked one after the other, begun together, each at 50 tokens a second."""

    async def run(contender: Contender) -> Figures:
        async with visits(contender, replies) as crowd:
            cpu_s = contender.server.cpu_s()
            begin_s = time.monotonic() + 0.3 + replies / ASKS_PER_S
            turns = [
                turn(visit, begin_s - (replies - number) / ASKS_PER_S, begin_s + number / replies / RATE_PER_S, TOKENS)
                for number, visit in enumerate(crowd)
            ]
            transcripts = await asyncio.gather(*turns)
            cpu_s = contender.server.cpu_s() - cpu_s
            return figures(transcripts, cpu_s)

    title = "1 reply" if replies == 1 else f"{replies} replies at once"
    return Load(str(replies), title, run, needs_sockets=False)


def burst(replies: int) -> Load:
    """That many questions in one moment, each answered at once: how long the last of them waits for its first word."""

    async def run(contender: Contender) -> Figures:
        async with visits(contender, replies) as crowd:
            cpu_s, begin_s = contender.server.cpu_s(), time.monotonic() + 0.3
            transcripts = await asyncio.gather(*(turn(visit, begin_s, None, TOKENS) for visit in crowd))
            return figures(transcripts, contender.server.cpu_s() - cpu_s)

    return Load("burst", f"{replies} turns that begin at once", run, needs_sockets=False)


def first_word(replies: int) -> Load:
    """How long a question takes to become a first word, while so many other answers are under way."""

    async def run(contender: Contender) -> Figures:
        async with visits(contender, replies + PROBES) as crowd:
            others, probing = crowd[:replies], crowd[replies:]
            begin_s = time.monotonic() + 0.3 + replies / ASKS_PER_S
            tokens = int((PROBES * PROBE_GAP_S + 3) * RATE_PER_S)
            under_way = [
                asyncio.create_task(
                    turn(visit, begin_s - (replies - number) / ASKS_PER_S, begin_s + number / replies / 50, tokens)
                )
                for number, visit in enumerate(others)
            ]
            transcripts = await asyncio.gather(
                *(turn(visit, begin_s + 1 + number * PROBE_GAP_S, 0.0, 10) for number, visit in enumerate(probing))
            )
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            measured = figures(transcripts, cpu_s=0.0)
            measured.cpu_s_per_1000_tokens = measured.tokens_per_s = None
            return measured

    return Load("first-word", f"first word beside {replies} replies", run, needs_sockets=False)


def idle(sockets: int) -> Load:
    """What an open page costs while nobody writes; in a fresh process, so that no freed memory is used again."""

    async def run(contender: Contender) -> Figures:
        async with client() as http:
            crowd = await in_turns([lambda: contender.visit(http) for _ in range(sockets)])
            contender.stop()
            await contender.start()
            try:
                await in_turns([visit.connect for visit in crowd[:IDLE_WARM_UP]])
                await quiet(contender)
                before_kb, before_fds = contender.server.memory_kb(), contender.server.descriptors()
                began_s = time.monotonic()
                await in_turns([visit.connect for visit in crowd[IDLE_WARM_UP:]])
                await quiet(contender)
                settled_s = time.monotonic() - began_s
                cpu_s = contender.server.cpu_s()
                await asyncio.sleep(IDLE_S)
                cpu_s = contender.server.cpu_s() - cpu_s
                after_kb = contender.server.memory_kb()
                more = contender.server.descriptors() - before_fds
            finally:
                await in_turns([visit.close for visit in crowd])
        return Figures(
            socket_kb=(after_kb - before_kb) / (sockets - IDLE_WARM_UP),
            settled_s=settled_s,
            idle_cpu_percent=100 * cpu_s / IDLE_S,
            failed_turns=max(0, sockets - IDLE_WARM_UP - more),
            turns=sockets,
        )

    return Load("idle", f"{sockets:,} idle sockets", run, needs_sockets=True)


async def quiet(contender: Contender) -> None:
    """Wait until the server rests: sockets are open long before everything that comes with them is done."""
    until_s = time.monotonic() + SETTLE_MOST_S
    cpu_s, before_s = contender.server.cpu_s(), -1.0
    while time.monotonic() < until_s and cpu_s - before_s > QUIET_SHARE:
        await asyncio.sleep(1)
        cpu_s, before_s = contender.server.cpu_s(), cpu_s


async def turn(visit: Visit, ask_at_s: float, begin_at_s: float | None, tokens: int) -> Transcript:
    """One question and its whole answer, which begins at once without `begin_at_s`; a failure is kept."""
    asked = next(_questions)
    # Without a mark the question is as visitors write it.
    question = asked if begin_at_s is None else Script(tokens, RATE_PER_S, begin_at_s).question(asked)
    await asyncio.sleep(ask_at_s - time.monotonic())
    transcript = Transcript(tokens, visit.document(), asked=int(time.monotonic() * UNITS_PER_S))
    try:
        async with asyncio.timeout_at(max(begin_at_s or 0, ask_at_s) + tokens / RATE_PER_S + LATE_S):
            async with aclosing(visit.answer(question)) as frames:
                async for frame in frames:
                    transcript.take(frame)
    except TurnFailed as failure:
        transcript.failure = str(failure)
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        transcript.failure = type(error).__name__
    return transcript


def figures(transcripts: Sequence[Transcript], cpu_s: float) -> Figures:
    latencies_ms = sorted(1000 * latency_s for each in transcripts for latency_s in each.latencies_s)
    first_ms = sorted(1000 * each.first_word_s for each in transcripts if each.first_word_s is not None)
    whole = [each for each in transcripts if not each.failure]
    wrong = Faults()
    for each in whole:  # of a failed turn nothing is promised
        wrong = wrong.plus(each.faults())
    seen = sum(each.seen for each in transcripts)
    return Figures(
        cpu_s_per_1000_tokens=1000 * cpu_s / seen if seen else None,
        relay_p50_ms=percentile(latencies_ms, 0.5),
        relay_p95_ms=percentile(latencies_ms, 0.95),
        relay_p99_ms=percentile(latencies_ms, 0.99),
        first_word_p50_ms=percentile(first_ms, 0.5),
        first_word_p95_ms=percentile(first_ms, 0.95),
        tokens_per_s=rate_of(transcripts, seen),
        lost=wrong.lost,
        doubled=wrong.doubled,
        reordered=wrong.reordered,
        failed_turns=len(transcripts) - len(whole),
        turns=len(transcripts),
        failures=sorted({each.failure for each in transcripts if each.failure})[:5],
    )


def rate_of(transcripts: Sequence[Transcript], seen: int) -> float | None:
    """From the first token sent to the last one seen."""
    began = [each.first_sent for each in transcripts if each.first_sent is not None]
    if not began:
        return None
    start = min(began, key=lambda sent: since_s(began[0], sent))
    span_s = max(since_s(start, each.last_seen) for each in transcripts if each.seen)
    return seen / (span_s + 1 / RATE_PER_S)  # the last token has its time like any other


def percentile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


# --- visitors -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def visits(contender: Contender, count: int) -> AsyncGenerator[list[Visit], None]:
    """Visitors with open sockets; the collector of this process waits until they are gone."""
    async with client() as http:
        crowd = await in_turns([lambda: contender.visit(http) for _ in range(count)])
        await in_turns([visit.connect for visit in crowd])
        await asyncio.sleep(0.5)
        gc.collect()
        gc.disable()
        try:
            yield crowd
        finally:
            gc.enable()
            await in_turns([visit.close for visit in crowd])


def client() -> aiohttp.ClientSession:
    """As many connections as are asked for; each visitor sends cookies of his own."""
    connector, jar = aiohttp.TCPConnector(limit=0, keepalive_timeout=60), aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(connector=connector, cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=120))


async def in_turns(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """All of them, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def call(make: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await make()

    return await asyncio.gather(*(call(make) for make in calls))

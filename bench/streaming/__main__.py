"""`python -m bench.streaming`: the contenders take turns, round by round; ratios are those of one run."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp

from bench.streaming.contenders import CONTENDERS, Contender
from bench.streaming.disturbance import Lag, Neighbours
from bench.streaming.loads import Load, burst, first_word, idle, wave
from bench.streaming.processes import Server, cores, free_port
from bench.streaming.report import Run, table, verdicts, write

LOADS = [wave(1), wave(40), wave(200), wave(300), burst(40), first_word(200), idle(2000)]
QUICK_LOADS = [wave(40), burst(40), idle(300)]
QUIET_CORES = 0.1
LIMIT_S = 600  # of one contender in one round: several times what a slow machine takes


def main() -> None:
    options = parsed()
    loads = [load for load in LOADS if load.name in options.load] or (QUICK_LOADS if options.quick else LOADS)
    chosen = [CONTENDERS[name] for name in CONTENDERS if not options.only or name in options.only]
    rounds = options.rounds or (1 if options.quick else 3)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as for Ctrl-C: every server is ended
    run = Run(rounds)
    with tempfile.TemporaryDirectory(prefix="bench-streaming-") as folder:
        asyncio.run(measure(run, chosen, loads, Path(folder)))
    print(table(run, loads))
    late = f"late p99, ms: upstream {max(run.upstream_late_p99_ms):.1f}, client {max(run.client_late_p99_ms):.1f}"
    print(f"\nHow far the tools themselves kept up: {late}.")
    mean = sum(run.neighbours_cores) / len(run.neighbours_cores)
    print(f"Cores that other programs had meanwhile: {mean:.2f} on average, {max(run.neighbours_cores):.2f} at most.")
    if mean > QUIET_CORES:
        print("The machine was not quiet: times are too long, and even ratios are rough.")
    if found := verdicts(run, loads):
        print("\nGoals", *found, sep="\n")
    print(f"\nWritten to {write(run, loads)}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.streaming", description=__doc__)
    names = sorted({load.name for load in LOADS})
    parser.add_argument("--quick", action="store_true", help="one round of three small loads, in about two minutes")
    parser.add_argument("--only", nargs="+", choices=list(CONTENDERS), metavar="NAME", help=", ".join(CONTENDERS))
    parser.add_argument("--load", nargs="+", default=[], choices=names, metavar="LOAD", help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=0, help="3 unless told")
    return parser.parse_args()


async def measure(run: Run, chosen: list[type[Contender]], loads: list[Load], folder: Path) -> None:
    """Round by round, each contender in its turn and in a process of its own; then what is measured once."""
    _, others = cores()
    upstream = Server([], free_port(), folder / "upstream.log", on=others)
    upstream.command = [sys.executable, "-m", "bench.streaming.upstream", "--port", str(upstream.port)]
    await upstream.start()
    os.sched_setaffinity(0, others)
    try:
        for number in range(run.rounds):
            for made in chosen[number % len(chosen) :] + chosen[: number % len(chosen)]:
                await in_one_process(run, made, [load for load in loads if not load.needs_sockets], folder, upstream)
        for made in chosen:
            if made.has_sockets:
                await in_one_process(run, made, [load for load in loads if load.needs_sockets], folder, upstream)
    finally:
        upstream.stop()


async def in_one_process(run: Run, made: type[Contender], loads: list[Load], folder: Path, upstream: Server) -> None:
    if not loads:
        return
    own = Path(tempfile.mkdtemp(prefix=f"{made.name}-", dir=folder))
    contender = made(own, f"{upstream.url}/v1")
    await asyncio.to_thread(contender.prepare)
    try:
        async with asyncio.timeout(LIMIT_S):
            await contender.start()
            for load in loads:
                print(f"{made.name}: {load.title}", file=sys.stderr, flush=True)
                await upstream_lateness(upstream)
                with Lag() as lag, Neighbours(upstream, contender) as neighbours:
                    run.add(load, made.name, await load.run(contender))
                run.client_late_p99_ms.append(lag.p99_ms)
                run.upstream_late_p99_ms.append(await upstream_lateness(upstream))
                run.neighbours_cores.append(neighbours.cores)
    finally:
        contender.stop()


async def upstream_lateness(upstream: Server) -> float:
    async with aiohttp.ClientSession() as http, http.get(upstream.url) as response:
        return float((await response.json())["late_p99_ms"])


if __name__ == "__main__":
    main()

"""`python -m bench.reads`: two sites of different size are read in turns, so that ratios are those of one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.reads.asking import CONNECTIONS, ask, once
from bench.reads.reads import READS, Places, Read
from bench.reads.report import GROWTH_GOAL, Run, table, write
from bench.streaming.processes import Server, cores, machine_busy_s
from fakes.site import site

SMALL, LARGE = 10, 100_000
ROUNDS = 6  # many short turns: a disturbance of seconds then meets both sites
SLICE_S = 0.2  # of one read at one load in one round; all slices together take a minute
QUIET_CORES = 0.1
WARM_UPS = 3  # the first search builds its index


@dataclass(frozen=True, slots=True)
class Filled:
    """A running site and where to read in it."""

    messages: int
    server: Server
    places: Places

    def url(self, read: Read) -> str:
        return f"{self.server.url}/api{read.path(self.places)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as for Ctrl-C: every server is ended
    is_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    run = Run(SMALL, LARGE, "PostgreSQL" if is_postgresql else "SQLite")
    with tempfile.TemporaryDirectory(prefix="bench-reads-") as folder, ExitStack() as stack:
        sites = [filled(messages, Path(folder), stack) for messages in (SMALL, LARGE)]
        asyncio.run(measure(run, sites, 1 if options.quick else ROUNDS))
    print(table(run))
    print(f"\nCores that other programs (and the database's own) had meanwhile: {run.neighbours_cores:.2f}.")
    if run.neighbours_cores > QUIET_CORES and not is_postgresql:
        print("The machine was not quiet: times are too long, and even ratios are rough.")
    missed = run.missed()
    print(f"goal: growth of at most {GROWTH_GOAL} each:", f"MISSED by {', '.join(missed)}" if missed else "met")
    print(f"Written to {write(run)}")
    return int(bool(missed))


def filled(messages: int, folder: Path, stack: ExitStack) -> Filled:
    """A site of that size with a database of its own; it is ended with the stack."""
    own = folder / str(messages)
    own.mkdir()
    environment = {"RATE_LIMITS": "off", "API_AUTH": "required", "API_KEY": "", "REDIS_URL": "", "LOG_LEVEL": "warning"}
    made = stack.enter_context(site(own, **environment))
    print(f"filling a site with {messages:,} messages", file=sys.stderr, flush=True)
    made.manage("seed")
    told = made.shell(f"from bench.reads.filling import told; print(told({messages}))")
    places = Places(**json.loads(told.splitlines()[-1]))
    on, _ = cores()
    server = Server([sys.executable, "manage.py", "serve"], made.port, made.log, made.environment, on)
    stack.callback(server.stop)
    return Filled(messages, server, places)


async def measure(run: Run, sites: list[Filled], rounds: int) -> None:
    """Slice by slice, the sites in turns: what disturbs one disturbs the other."""
    for each in sites:
        await each.server.start()
    _, others = cores()
    os.sched_setaffinity(0, others)
    began_s, busy_s, own_s = time.monotonic(), machine_busy_s(), _own_s(sites)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for read in READS:
            for each in sites if number % 2 else reversed(sites):
                if each.messages == run.large or not read.is_large:
                    await slices(run, each, read)
    others_s = machine_busy_s() - busy_s - (_own_s(sites) - own_s)
    run.neighbours_cores = max(0.0, others_s / (time.monotonic() - began_s))


async def slices(run: Run, at: Filled, read: Read) -> None:
    headers = {"Authorization": f"Bearer {at.places.key}"}
    for connections in CONNECTIONS:
        async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=connections)) as http:
            for _ in range(WARM_UPS):
                await once(http, at.url(read))
            timed = run.timed(read.name, at.messages, connections)
            with timed.watching(at.server):
                await ask(http, at.url(read), connections, SLICE_S, timed)


def _own_s(sites: list[Filled]) -> float:
    return time.process_time() + sum(each.server.cpu_s() for each in sites)


if __name__ == "__main__":
    sys.exit(main())

"""Clients that read one path over and over on kept-alive connections, and how long each answer took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp

from bench.streaming.processes import Server

CONNECTIONS = (1, 8)


@dataclass(slots=True)
class Timed:
    """All answers of one read at one load; slices of several rounds add up."""

    took_s: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0
    cpu_s: float = 0.0

    @property
    def per_s(self) -> float:
        return len(self.took_s) / self.elapsed_s

    @property
    def cpu_ms(self) -> float:
        """What one answer cost the server's process."""
        return 1000 * self.cpu_s / len(self.took_s)

    def ms(self, share: float) -> float:
        """The time that this share of the answers took at most."""
        return 1000 * sorted(self.took_s)[int(len(self.took_s) * share)]

    @contextmanager
    def watching(self, server: Server) -> Iterator[None]:
        began_s, cpu_s = time.perf_counter(), server.cpu_s()
        yield
        self.elapsed_s += time.perf_counter() - began_s
        self.cpu_s += server.cpu_s() - cpu_s


async def ask(http: aiohttp.ClientSession, url: str, connections: int, for_s: float, timed: Timed) -> None:
    """That many clients, each with its next request as soon as it has its answer; raises for any answer but 200."""
    until_s = time.perf_counter() + for_s

    async def client() -> None:
        began_s = time.perf_counter()
        while began_s < until_s:
            await once(http, url)
            now_s = time.perf_counter()
            timed.took_s.append(now_s - began_s)
            began_s = now_s

    await asyncio.gather(*(client() for _ in range(connections)))


async def once(http: aiohttp.ClientSession, url: str) -> None:
    async with http.get(url) as response:
        body = await response.read()
        if response.status != 200:
            raise RuntimeError(f"{url} answered {response.status}: {body[:200]!r}")

"""What disturbs a measurement: a client that is late itself, and other programs on the machine."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

from bench.streaming.contenders import Contender
from bench.streaming.processes import Server, machine_busy_s

EVERY_S = 0.01


class Lag:
    """Watches the running loop inside a `with`; `p99_ms` afterwards."""

    def __init__(self) -> None:
        self.p99_ms = 0.0
        self._late_s: list[float] = []

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._again(time.monotonic())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._late_s.sort()
        self.p99_ms = 1000 * self._late_s[int(len(self._late_s) * 0.99)] if self._late_s else 0.0

    def _again(self, due_s: float) -> None:
        now_s = time.monotonic()
        self._late_s.append(now_s - due_s)
        self._timer = self._loop.call_at(now_s + EVERY_S, self._again, now_s + EVERY_S)


class Neighbours:
    """How many cores programs that have nothing to do with the benchmark used inside a `with`, in `cores`."""

    def __init__(self, upstream: Server, contender: Contender):
        self._upstream, self._contender = upstream, contender
        self.cores = 0.0

    def __enter__(self) -> Self:
        self._began_s, self._busy_s, self._own_s = time.monotonic(), machine_busy_s(), self._own()
        self._pid = self._contender.server.pid
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and self._contender.server.pid == self._pid:  # of a server that was restarted nothing is known
            others_s = machine_busy_s() - self._busy_s - (self._own() - self._own_s)
            self.cores = max(0.0, others_s / (time.monotonic() - self._began_s))

    def _own(self) -> float:
        return time.process_time() + self._upstream.cpu_s() + self._contender.server.cpu_s()

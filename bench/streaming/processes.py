"""Server processes of the benchmark: started on a core of their own, watched through /proc, always ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 60  # a loaded machine takes its time to import
STOP_S = 3


def cores() -> tuple[set[int], set[int]]:
    """The core of the server that is measured, and those of all else: figures are per core, whatever the machine."""
    own = sorted(os.sched_getaffinity(0))
    return ({own[0]}, set(own[1:])) if len(own) > 1 else (set(own), set(own))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def machine_busy_s() -> float:
    """CPU seconds that anybody has used on this machine so far."""
    user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """One process that listens on a port of 127.0.0.1."""

    command: list[str]
    port: int
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    on: set[int] = field(default_factory=set)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        environment = {**os.environ, **self.environment}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 nothing is measured yet
                self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        if self.on:
            os.sched_setaffinity(self._process.pid, self.on)  # before it has threads: they inherit it
        until_s = time.monotonic() + START_S
        while time.monotonic() < until_s and self._process.poll() is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{self.command} did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """In good order if that is quick, else by force: what it was asked for has been measured."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_S)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def cpu_s(self) -> float:
        """CPU seconds of all threads so far: what /proc/<pid>/stat has in hundredths, in nanoseconds."""
        return time.clock_gettime((~self.pid << 3) | 2)  # the kernel's CPUCLOCK_SCHED of another process

    def memory_kb(self) -> int:
        """The process's share of all pages it has in memory (PSS)."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise RuntimeError("the kernel tells no PSS")

    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

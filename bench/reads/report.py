"""The table of the reads, their ratios, the goal they are held against, and the file of all figures."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.reads.asking import CONNECTIONS, Timed
from bench.reads.reads import BASE, READS
from bench.streaming.report import RESULTS, commit

GROWTH_GOAL = 1.5  # times: an answer of as many rows, beside 100,000 messages against beside 10


@dataclass(slots=True)
class Run:
    """Everything measured, by read, number of messages in the site, and connections."""

    small: int
    large: int
    database: str
    measured: dict[tuple[str, int, int], Timed] = field(default_factory=dict)
    neighbours_cores: float = 0.0

    def timed(self, read: str, messages: int, connections: int) -> Timed:
        return self.measured.setdefault((read, messages, connections), Timed())

    def growth(self, read: str) -> float | None:
        """How much longer one client waits in the large site; None for what the small one cannot answer."""
        if (read, self.small, 1) not in self.measured:
            return None
        return self.timed(read, self.large, 1).ms(0.5) / self.timed(read, self.small, 1).ms(0.5)

    def times_base(self, read: str) -> float:
        return self.timed(read, self.large, 1).ms(0.5) / self.timed(BASE, self.large, 1).ms(0.5)

    def missed(self) -> list[str]:
        return [read.title for read in READS if (self.growth(read.name) or 0.0) > GROWTH_GOAL]


_COLUMNS = {
    "read": 33,
    "one client: /s": 16,
    "p50/p95 ms": 25,
    "growth": 8,
    f"{CONNECTIONS[1]} clients: /s": 16,
    "p95 ms": 15,
    "CPU ms": 13,
    "times health": 12,
}


def table(run: Run) -> str:
    head = f"On {run.database}; beside {run.small:,} and beside {run.large:,} messages"
    return "\n".join([head, _line(tuple(_COLUMNS)), *(_line(cells) for cells in _rows(run))])


def _line(cells: tuple[str, ...]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, _COLUMNS.values(), strict=True)).rstrip()


def _rows(run: Run) -> Iterator[tuple[str, ...]]:
    for read in READS:
        sizes = [run.large] if read.is_large else [run.small, run.large]
        one, many = ([run.timed(read.name, size, connections) for size in sizes] for connections in CONNECTIONS)
        growth = run.growth(read.name)
        yield (
            read.title,
            " > ".join(f"{timed.per_s:.0f}" for timed in one),
            " > ".join(f"{timed.ms(0.5):.1f}/{timed.ms(0.95):.1f}" for timed in one),
            f"{growth:.2f}x" if growth else "-",
            " > ".join(f"{timed.per_s:.0f}" for timed in many),
            " > ".join(f"{timed.ms(0.95):.1f}" for timed in many),
            " > ".join(f"{timed.cpu_ms:.1f}" for timed in one),
            f"{run.times_base(read.name):.1f}x",
        )


def write(run: Run) -> Path:
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    file = RESULTS / f"reads-{at:%Y%m%d-%H%M%S}.json"
    body = {
        "at": at.isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": {"python": platform.python_version(), "kernel": platform.release(), "cores": os.cpu_count()},
        "database": run.database,
        "neighbours_cores": run.neighbours_cores,
        "growth_goal": GROWTH_GOAL,
        "missed": run.missed(),
        "reads": [
            {
                **{name: value for name, value in asdict(read).items() if name != "path"},
                "growth": run.growth(read.name),
                "times_health": run.times_base(read.name),
                "measured": list(_figures(run, read.name)),
            }
            for read in READS
        ],
    }
    file.write_text(json.dumps(body, indent=1))
    return file


def _figures(run: Run, read: str) -> Iterator[dict[str, Any]]:
    for (name, messages, connections), timed in run.measured.items():
        if name == read:
            yield {
                "messages": messages,
                "connections": connections,
                "answers": len(timed.took_s),
                "per_s": timed.per_s,
                "p50_ms": timed.ms(0.5),
                "p95_ms": timed.ms(0.95),
                "cpu_ms": timed.cpu_ms,
            }

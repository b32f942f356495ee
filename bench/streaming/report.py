"""Medians of the rounds, their ratios to the baseline, and the goals they are held against."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from bench.streaming.contenders import BASELINE, CONTENDERS
from bench.streaming.loads import Figures, Load

RESULTS = Path(__file__).resolve().parents[1] / "results"
COUNTED = ("lost", "doubled", "reordered", "failed_turns", "turns")  # added up; all else is a median

# The goals of the product, for the figures of one run.
FIRST_WORD_GOAL = 5.0  # times raw
BURST_MS_GOAL = 40.0  # at p95, added to what the model takes
TOKENS_PER_S_GOAL = 12_000
SOCKET_KB_GOAL = 34.0


@dataclass(slots=True)
class Run:
    """Everything measured, by load and contender."""

    rounds: int
    measured: dict[str, dict[str, list[Figures]]] = field(default_factory=dict)
    upstream_late_p99_ms: list[float] = field(default_factory=list)
    client_late_p99_ms: list[float] = field(default_factory=list)
    neighbours_cores: list[float] = field(default_factory=list)

    def add(self, load: Load, contender: str, figures: Figures) -> None:
        self.measured.setdefault(load.name, {}).setdefault(contender, []).append(figures)

    def median(self, load: str, contender: str) -> Figures | None:
        rounds = self.measured.get(load, {}).get(contender)
        return _median(rounds) if rounds else None


def _median(rounds: list[Figures]) -> Figures:
    made = Figures()
    for name in (each.name for each in fields(Figures)):
        values = [getattr(figures, name) for figures in rounds]
        if name in COUNTED:
            setattr(made, name, sum(values))
        elif name == "failures":
            made.failures = sorted({failure for some in values for failure in some})
        elif known := [value for value in values if value is not None]:
            setattr(made, name, statistics.median(known))
    return made


# --- as text ------------------------------------------------------------------------------------------------------
_COLUMNS = {
    "contender": 40,
    "CPU s/1k tok": 14,
    "relay p50/p95/p99 ms": 24,
    "first word p50/p95 ms": 24,
    "tokens/s": 9,
    "lost/dbl/ord": 13,
    "failed": 9,
}
_IDLE_COLUMNS = {"contender": 40, "kB per socket": 16, "all settled s": 14, "idle CPU %": 12, "lost sockets": 13}


def table(run: Run, loads: list[Load]) -> str:
    return "\n".join(line for load in loads if load.name in run.measured for line in _load_lines(run, load))


def _load_lines(run: Run, load: Load) -> Iterator[str]:
    columns = _IDLE_COLUMNS if load.needs_sockets else _COLUMNS
    yield f"\n{load.title}"
    yield "  ".join(name.ljust(width) for name, width in columns.items())
    base = run.median(load.name, BASELINE)
    for name in run.measured[load.name]:
        made = run.median(load.name, name)
        assert made
        cells = _idle_cells(made, base) if load.needs_sockets else _cells(made, base)
        row = (CONTENDERS[name].title, *cells)
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, columns.values(), strict=True)).rstrip()


def _cells(made: Figures, base: Figures | None) -> tuple[str, ...]:
    relay = " / ".join(_number(value) for value in (made.relay_p50_ms, made.relay_p95_ms, made.relay_p99_ms))
    first = " / ".join(_number(value) for value in (made.first_word_p50_ms, made.first_word_p95_ms))
    return (
        _number(made.cpu_s_per_1000_tokens) + _times(made.cpu_s_per_1000_tokens, base and base.cpu_s_per_1000_tokens),
        relay,
        first + _times(made.first_word_p95_ms, base and base.first_word_p95_ms),
        f"{made.tokens_per_s:,.0f}" if made.tokens_per_s else "-",
        f"{made.lost}/{made.doubled}/{made.reordered}",
        f"{made.failed_turns}/{made.turns}",
    )


def _idle_cells(made: Figures, base: Figures | None) -> tuple[str, ...]:
    kb = f"{made.socket_kb:.1f}" if made.socket_kb is not None else "-"
    own = _number(made.settled_s), _number(made.idle_cpu_percent), str(made.failed_turns)
    return kb + _times(made.socket_kb, base and base.socket_kb), *own


def _number(value: float | None) -> str:
    """Three significant digits."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _times(value: float | None, base: float | None) -> str:
    return f" ({value / base:.1f}x)" if value is not None and base else ""


# --- the goals ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    contender: str
    goal: str
    value: float
    limit: float
    is_met: bool

    def __str__(self) -> str:
        by = f"{self.value:,.3g} of {self.limit:,.3g}"
        return f"  {'met   ' if self.is_met else 'MISSED'}  {self.contender:<14} {self.goal:<44} {by}"


def verdicts(run: Run, loads: list[Load]) -> list[Verdict]:
    found = []
    for name, contender in CONTENDERS.items():
        if not contender.is_product:
            continue
        for load in loads:
            made, base = run.median(load.name, name), run.median(load.name, BASELINE)
            if made:
                held = _held(load, contender.cpu_goal, contender.relay_goal, made, base)
                found += [Verdict(name, *each) for each in held]
    return found


def _held(
    load: Load, cpu_goal: float | None, relay_goal: float | None, made: Figures, base: Figures | None
) -> Iterator[tuple[str, float, float, bool]]:
    def at_most(goal: str, value: float | None, limit: float | None) -> Iterator[tuple[str, float, float, bool]]:
        if value is not None and limit is not None:
            yield f"{goal}, {load.title}", value, limit, value <= limit

    if base:
        cpu = _ratio(made.cpu_s_per_1000_tokens, base.cpu_s_per_1000_tokens)
        yield from at_most("CPU, times raw", cpu, cpu_goal)
        yield from at_most("relay p95, times raw", _ratio(made.relay_p95_ms, base.relay_p95_ms), relay_goal)
        if load.name == "first-word":
            first = _ratio(made.first_word_p95_ms, base.first_word_p95_ms)
            yield from at_most("p95, times raw", first, FIRST_WORD_GOAL)
    if load.name == "burst":
        yield from at_most("first word p95, ms", made.first_word_p95_ms, BURST_MS_GOAL)
    if load.name == "300" and made.tokens_per_s:
        yield "tokens/s at least", made.tokens_per_s, TOKENS_PER_S_GOAL, made.tokens_per_s >= TOKENS_PER_S_GOAL
    yield from at_most("kB", made.socket_kb, SOCKET_KB_GOAL)
    yield from at_most("tokens wrong, turns failed", _wrong(made), 0)


def _wrong(made: Figures) -> float:
    return float(made.lost + made.doubled + made.reordered + made.failed_turns)


def _ratio(value: float | None, base: float | None) -> float | None:
    return value / base if value is not None and base else None


# --- as a file ----------------------------------------------------------------------------------------------------


def write(run: Run, loads: list[Load]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    file = RESULTS / f"streaming-{at:%Y%m%d-%H%M%S}.json"
    body = {
        "at": at.isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": {"python": platform.python_version(), "kernel": platform.release(), "cores": os.cpu_count()},
        **asdict(run),
        "medians": {
            load.name: {name: asdict(made) for name in run.measured[load.name] if (made := run.median(load.name, name))}
            for load in loads
            if load.name in run.measured
        },
        "goals": [asdict(verdict) for verdict in verdicts(run, loads)],
    }
    file.write_text(json.dumps(body, indent=1))
    return file


def commit() -> str:
    told = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return told.stdout.strip()

"""The tables, the goals they are held against, and the file of all figures."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.streaming.report import RESULTS, commit
from bench.voice import packaged, scripted
from bench.voice.words import WordErrors

FORMULA_TIMES, FORMULA_SPARE_MS = 1.10, 50.0  # of the first sound's median, against the schedule alone
SEQUENTIAL_GOAL = 3.0  # times: who waits for the whole answer waits at least so much longer
OVERHEAD_GOAL_MS = 60.0  # p95 of what the server adds
LENGTH_GOAL_MS = 50.0  # between the medians for a long and for a short answer
CLOSED_GOAL_MS = 50.0  # p95 from Stop to a provider's closed connection
RESIDENT_GOAL_MB = 500.0  # of a process with all built-in models, after its turns
PACKAGED_GOAL_MS = 1000.0  # median to the first sound, at one session


def share(values: Sequence[float], of: float) -> float:
    """The value that this share of them is at most; nan of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * of))] if ordered else float("nan")


@dataclass(slots=True)
class Run:
    """Everything measured. `load` is the machine's load average before and after."""

    question_s: float
    scripted: scripted.Figures = field(default_factory=scripted.Figures)
    packaged: packaged.Figures = field(default_factory=packaged.Figures)
    word_errors: dict[str, WordErrors] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)
    client_late_p99_ms: float = 0.0
    neighbours_cores: float = 0.0
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    goal: str
    value: float
    limit: float
    is_met: bool

    def __str__(self) -> str:
        by = f"{self.value:,.3g} of {self.limit:,.3g}"
        return f"  {'met   ' if self.is_met else 'MISSED'}  {self.goal:<72} {by}"


def verdicts(run: Run) -> list[Verdict]:
    """All goals; one whose figures are missing is missed."""
    made = run.scripted
    sound, due = share(made.sound, 0.5), share(made.formula, 0.5)
    alone = run.packaged.stages.get("1 session", {}).get("sound", [])
    longer = abs(share(made.long_sound, 0.5) - sound)
    failures = len(made.failures) + len(run.packaged.failures)
    resident = run.packaged.resident_mb.get(packaged.AT_REST, float("nan"))
    crowd, crowd_due = share(made.crowd_sound, 0.5), share(made.crowd_formula, 0.5)
    many = f"{scripted.SESSIONS} sessions"
    return [
        _at_most("first sound p50, 1 session, ms", sound, FORMULA_TIMES * due + FORMULA_SPARE_MS),
        _at_most(f"first sound p50, {many}, ms", crowd, FORMULA_TIMES * crowd_due + FORMULA_SPARE_MS),
        _at_least("a sequential client waits, times our first sound p50", _sequential_times(run), SEQUENTIAL_GOAL),
        _at_most("the server's own part p95, 1 session, ms", share(made.overhead, 0.95), OVERHEAD_GOAL_MS),
        _at_most(f"the server's own part p95, {many}, ms", share(made.crowd_overhead, 0.95), OVERHEAD_GOAL_MS),
        _at_most(f"first sound, {scripted.LONG} against {scripted.SHORT} words, ms apart", longer, LENGTH_GOAL_MS),
        _at_most("Stop to the model's connection closed p95, ms", share(made.model_gone, 0.95), CLOSED_GOAL_MS),
        _at_most("Stop to the voice's connection closed p95, ms", share(made.voice_gone, 0.95), CLOSED_GOAL_MS),
        _at_most("connections that a Stop left open", made.left_open, 0),
        _at_most("built-in, first sound p50, 1 session, ms", share(alone, 0.5), PACKAGED_GOAL_MS),
        _at_most("built-in, resident memory at rest after all turns, MB", resident, RESIDENT_GOAL_MB),
        _at_most("turns that failed", failures, 0),
    ]


def _at_most(goal: str, value: float, limit: float) -> Verdict:
    return Verdict(goal, value, limit, value <= limit)


def _at_least(goal: str, value: float, limit: float) -> Verdict:
    return Verdict(goal, value, limit, value >= limit)


def _sequential_times(run: Run) -> float:
    return share(run.scripted.sequential, 0.5) / share(run.scripted.sound, 0.5)


# --- as text ------------------------------------------------------------------------------------------------------


def table(run: Run) -> str:
    return "\n".join([*_scripted(run), *_packaged(run), *_words(run), *_failures(run)])


def _scripted(run: Run) -> Iterator[str]:
    made = run.scripted
    yield f"\nScripted providers: ms from the end of the upload ({run.question_s:.1f} s of sound) to the first sound"
    yield _row("", "turns", "p50", "p95", "formula p50", "times formula")
    crowd = f"{scripted.SHORT} words, {scripted.SESSIONS} sessions"
    yield _against_formula(f"{scripted.SHORT} words, 1 session", made.sound, made.formula)
    yield _against_formula(crowd, made.crowd_sound, made.crowd_formula)
    yield _plain(f"{scripted.LONG} words, 1 session", made.long_sound)
    yield _plain("sequential, with no server in between", made.sequential) + f"  {_sequential_times(run):.1f}x ours"
    yield "\nWhat the server adds, ms"
    yield _row("", "turns", "p50", "p95")
    for name, values in {
        "in all, 1 session": made.overhead,
        "  the upload's end to the transcriber asked": made.before_stt,
        "  the transcript to the model asked": made.before_model,
        "  the clause's last token to the voice asked": made.before_voice,
        "  the voice's first byte to the client's first sound": made.after_voice,
        f"in all, {scripted.SESSIONS} sessions": made.crowd_overhead,
        "Stop to the model's connection closed": made.model_gone,
        "Stop to the voice's connection closed": made.voice_gone,
    }.items():
        yield _plain(name, values)
    yield f"The server's CPU time for a turn, stopped at its first sound: {made.cpu_ms:.0f} ms"


def _packaged(run: Run) -> Iterator[str]:
    yield "\nBuilt-in providers, the demo agent: ms from the end of the upload, p50/p95"
    yield _row("", "turns", "transcript", "first text", "first sound", "done")
    for load, stages in run.packaged.stages.items():
        cells = (f"{share(values, 0.5):,.0f}/{share(values, 0.95):,.0f}" for values in stages.values())
        yield _row(load, len(stages["sound"]), *cells)
    yield f"The server's CPU time for a turn, its whole answer spoken: {run.packaged.cpu_ms:,.0f} ms"
    told = ", ".join(f"{moment} {mb:,.0f}" for moment, mb in run.packaged.resident_mb.items())
    yield f"\nThe server's resident memory, MB: {told}"


def _words(run: Run) -> Iterator[str]:
    yield "\nWord error rate of the built-in transcriber"
    yield _row("", "texts", "words", "errors", "rate", "worst text", "nothing heard")
    for name, errors in run.word_errors.items():
        rate = f"{100 * errors.rate:.1f} %"
        worst = f"{100 * errors.worst:.0f} %"
        yield _row(name, errors.texts, errors.words, errors.edits, rate, worst, errors.unheard)


def _failures(run: Run) -> Iterator[str]:
    if failures := run.scripted.failures + run.packaged.failures:
        yield "\nTurns that failed"
        yield from (f"  {failure}" for failure in failures)


def _against_formula(name: str, sound: Sequence[float], due: Sequence[float]) -> str:
    p50, formula = share(sound, 0.5), share(due, 0.5)
    times = f"{p50 / formula:.2f}x"
    return _row(name, len(sound), f"{p50:,.0f}", f"{share(sound, 0.95):,.0f}", f"{formula:,.0f}", times)


def _plain(name: str, values: Sequence[float]) -> str:
    return _row(name, len(values), _ms(share(values, 0.5)), _ms(share(values, 0.95)))


def _ms(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _row(name: str, *cells: object) -> str:
    return (name.ljust(54) + "".join(str(cell).rjust(14) for cell in cells)).rstrip()


# --- as a file ----------------------------------------------------------------------------------------------------


def write(run: Run) -> Path:
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    file = RESULTS / f"voice-{at:%Y%m%d-%H%M%S}.json"
    figures = asdict(run)
    figures["packaged"].pop("spoken")
    for name, errors in run.word_errors.items():
        figures["word_errors"][name]["rate"] = errors.rate
    body = {
        "at": at.isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": {"python": platform.python_version(), "kernel": platform.release(), "cores": os.cpu_count()},
        "sequential_times": _sequential_times(run),
        "goals": [asdict(verdict) for verdict in verdicts(run)],
        **figures,
    }
    file.write_text(json.dumps(body, indent=1))
    return file

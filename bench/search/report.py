"""What was measured as a table, and which goals it misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ROWS = {
    "first_ms": "first question after a start, ms",
    "first_core_ms": "  of one core, ms",
    "p50_ms": "next ones, p50 ms",
    "p95_ms": "  p95 ms",
    "core_ms": "  of one core, each, ms",
    "encoded_p50_ms": "  p50 ms of those asked before, which are encoded",
    "encoded_p95_ms": "    p95 ms",
    "added_ms": "first one after a document was added, ms",
    "added_core_ms": "  of one core, ms",
    "product_ms": "one product of all vectors in memory with a question, ms",
    "product_mb": "  of so many MB",
    "after_first_mb": "memory after the first question, MB",
    "searched_mb": "  after all, MB",
    "added_mb": "  more for the document added, MB",
    "peak_mb": "  at most, MB",
    "start_mb": "  before the first, with the model, MB",
}
# Of about so many passages, at most so many milliseconds.
GOALS = {10_000: {"p95_ms": 30, "first_ms": 300}, 100_000: {"p95_ms": 150}}
ABOUT = 0.2
ON_POSTGRESQL = 100_000  # from here on the goals are for PostgreSQL


def table(found: Sequence[Mapping[str, float]]) -> str:
    head = ["passages", *(f"{each['passages']:,.0f}" for each in found)]
    lines = [head, ["---", *("---:" for _ in found)]]
    lines += [[words, *(f"{each[key]:,.1f}" for each in found)] for key, words in ROWS.items() if key in found[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def missed(found: Sequence[Mapping[str, float]], *, is_postgresql: bool) -> list[str]:
    """The goals that were not reached, in words; none of a size that was not measured."""
    return [
        f"{ROWS[key].strip()}: {each[key]:.0f} of {most} at {size:,} passages"
        for size, goals in GOALS.items()
        for key, most in goals.items()
        for each in found
        if abs(each["passages"] / size - 1) <= ABOUT and each[key] > most and (is_postgresql or size < ON_POSTGRESQL)
    ]

"""The ratios of the reads, from times that are known."""

from __future__ import annotations

from bench.reads.asking import Timed
from bench.reads.reads import BASE
from bench.reads.report import Run


def measured(small_ms: float, large_ms: float) -> Run:
    run = Run(10, 1000, "SQLite")
    for name in ("health", "agents"):
        factor = 1 if name == BASE else 4
        run.measured[name, 10, 1] = Timed([small_ms * factor / 1000] * 20, elapsed_s=1.0)
        run.measured[name, 1000, 1] = Timed([large_ms * factor / 1000] * 20, elapsed_s=1.0)
    return run


def test_growth_is_the_larger_site_over_the_smaller() -> None:
    run = measured(small_ms=2.0, large_ms=2.5)

    assert run.growth("agents") == 1.25
    assert run.missed() == []


def test_growth_above_the_goal_is_named() -> None:
    assert measured(small_ms=2.0, large_ms=4.0).missed() == ["/health", "/agents"]


def test_what_the_small_site_cannot_answer_has_no_growth() -> None:
    assert measured(2.0, 2.0).growth("50-messages") is None


def test_a_read_is_told_as_a_multiple_of_the_fastest() -> None:
    assert measured(2.0, 2.0).times_base("agents") == 4.0

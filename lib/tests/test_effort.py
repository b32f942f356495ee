"""What tests themselves rely on to tell work in proportion from work without measure, on any machine."""

from __future__ import annotations

from functools import lru_cache

import pytest

from fakes.effort import within_effort
from fakes.patience import least_of


def quadratic(text: str) -> int:
    return sum(other <= letter for letter in text for other in text)


@lru_cache(maxsize=100)
def remembered(text: str) -> int:
    return quadratic(text)


def test_what_costs_little_is_returned():
    assert within_effort(5, lambda: quadratic("abc")) == 6


@pytest.mark.parametrize("work", [quadratic, remembered], ids=["anew", "remembered"])
def test_what_costs_too_much_each_time_fails_also_when_it_is_remembered(work):
    with pytest.raises(AssertionError, match="of a core"):
        within_effort(0.001, lambda: work("abc" * 400))


def test_what_was_disturbed_once_is_measured_again():
    texts = iter(["abc" * 400, "abc"])

    assert within_effort(0.001, lambda: quadratic(next(texts))) == 6


async def test_a_promise_is_kept_by_the_first_attempt_that_keeps_it():
    took_s = iter([9.0, 2.0, 1.0])

    async def attempt() -> float:
        return next(took_s)

    assert await least_of(attempt, 3) == 2.0


async def test_a_promise_that_no_attempt_keeps_is_broken_by_the_best():
    took_s = iter([9.0, 8.0, 8.5])

    async def attempt() -> float:
        return next(took_s)

    assert await least_of(attempt, 3) == 8.0

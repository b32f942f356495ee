"""What work costs of a core, as it would on the machine that the limits of tests were set on."""

from __future__ import annotations

import functools
import gc
import re
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from fakes.databases import ROOT

R = TypeVar("R")

YARDSTICK_S = 0.004  # of a core, on the machine of the limits
ATTEMPTS = 3
_TEXT = "It costs 40 dollars, or 35 with a year's plan; see https://shop.example/prices for more. " * 12


def within_effort(limit_s: float, work: Callable[[], R]) -> R:
    """What the work returns. Fails when it takes more than so many seconds of a core each time of three.

    A slow machine is allowed as many more as it takes more for the same work beside; other threads, and garbage of
    other tests, do not count. What is quadratic where it should be linear fails on every machine.
    """
    costs = []
    for attempt in range(ATTEMPTS):
        if attempt:
            _forget_results()
        result, cost_s = _measured(work)
        if cost_s >= limit_s:
            cost_s /= max(1.0, _yardstick_s() / YARDSTICK_S)
        costs.append(cost_s)
        if cost_s < limit_s:
            return result
    raise AssertionError(f"took {', '.join(f'{cost:.2f}' for cost in costs)} s of a core, and may take {limit_s:.2f}")


def _forget_results() -> None:
    """What functions of ours remember of texts, or the second attempt would cost nothing; what they load, they keep."""
    ours = [module for module in list(sys.modules.values()) if _is_ours(getattr(module, "__file__", None) or "")]
    for found in [each for module in ours for each in vars(module).values()]:
        if isinstance(found, functools._lru_cache_wrapper) and found.cache_parameters()["maxsize"] is not None:
            found.cache_clear()


def _is_ours(file: str) -> bool:
    return file.startswith(f"{ROOT}/") and not file.startswith(f"{ROOT}/.venv/")


def _measured(work: Callable[[], R]) -> tuple[R, float]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = time.thread_time()
        result = work()
        return result, time.thread_time() - began
    finally:
        if was_on:
            gc.enable()


def _yardstick_s() -> float:
    """What a fixed piece of work takes now."""
    return _measured(_work)[1]


def _work() -> int:
    found = 0
    for number in range(60):
        words = re.findall(r"[A-Za-z]+|\d+", _TEXT[number:])
        found += len({word.lower(): len(word) for word in words})
    return found

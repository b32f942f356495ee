"""How long tests wait for a state: it is seen as soon as it is there, so that one limit does for all machines."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

# A machine that is ten times slower, or does ten things beside, needs no tenth of it for anything waited for here.
PATIENCE_S = 120.0
PATIENCE_MS = int(PATIENCE_S * 1000)


def wait_until(claim: Callable[[], object], *, within_s: float = PATIENCE_S, pause_s: float = 0.02) -> None:
    """Blocks until the claim holds. Fails if it does not within so many seconds."""
    over_at = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < over_at, f"not within {within_s:.0f} s"
        time.sleep(pause_s)


async def least_of(attempt: Callable[[], Awaitable[float]], promise_s: float, *, times: int = 3) -> float:
    """The seconds of the first attempt that keeps the promise, or of the best of all.

    A machine that does something else for a while breaks a promise in seconds now and then, a fault breaks it always.
    """
    took_s = []
    for _ in range(times):
        took_s.append(await attempt())
        if took_s[-1] <= promise_s:
            break
    return min(took_s)

"""Measures how busy this event loop is, and how long a sender should wait so that more text goes into each frame."""

from __future__ import annotations

import asyncio

from lib.per_loop import PerLoop

LOOK_S = 0.05  # how often the loop is asked to wake up on time
LATE_S = 0.01  # a wake-up later than this means that it has too much to do
MAX_PAUSE_S = 0.15  # with a page's frame 0.2 s: five frames a second still read as writing


class Pace:
    """Measures one loop for as long as it runs."""

    def __init__(self) -> None:
        self.late_s = 0.0
        self._task = asyncio.create_task(self._measure(), name="pace")

    async def _measure(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self.late_s = (self.late_s + max(0.0, clock() - due)) / 2


def pause_s() -> float:
    """0 on a loop that keeps up; otherwise five times its delay, at most MAX_PAUSE_S."""
    late_s = _pace().late_s
    return min(MAX_PAUSE_S, 5 * late_s) if late_s > LATE_S else 0.0


@PerLoop
def _pace() -> Pace:
    return Pace()

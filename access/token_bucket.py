"""A rate limit in memory, for what is too frequent to be counted elsewhere: the frames of one socket."""

from __future__ import annotations

import time
from collections.abc import Callable


class TokenBucket:
    """Takes `rate_per_s` on average and `burst` at once."""

    def __init__(self, rate_per_s: float, burst: int, clock: Callable[[], float] = time.monotonic):
        self._rate_per_s, self._burst, self._clock = rate_per_s, burst, clock
        self._left: float = burst
        self._at = clock()

    def take(self) -> bool:
        """Take one; False if that is above the limit."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate_per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

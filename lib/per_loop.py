"""What every event loop has one of: a task or a connection belongs to a loop and cannot be used by another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """A decorator for a function that makes something: each event loop calls it once, and is then given the same.

    What was made for a loop is forgotten when it is closed and another loop asks for its own. Loops may run in threads.
    """

    def __init__(self, make: Callable[[], T]):
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, T] = {}
        update_wrapper(self, make)

    def __call__(self) -> T:
        loop = asyncio.get_running_loop()
        if loop not in self._made:
            # Not by weak references: a task or a connection refers to its loop, which would keep both for ever.
            for ended in [each for each in list(self._made) if each.is_closed()]:  # a copy: threads have loops too
                self._made.pop(ended, None)
            self._made[loop] = self._make()
        return self._made[loop]

    def forget(self) -> T | None:
        """Give back what was made for the running loop, to be closed, say; None when there is nothing."""
        return self._made.pop(asyncio.get_running_loop(), None)

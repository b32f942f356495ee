"""One object for each event loop. A task or a connection belongs to one loop and cannot be used by another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """Decorates a function that makes an object: each event loop makes it once and then gets the same one.

    The object of a closed loop is dropped when another loop asks for its own. Loops may run in threads.
    """

    def __init__(self, make: Callable[[], T]):
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, T] = {}
        update_wrapper(self, make)

    def __call__(self) -> T:
        loop = asyncio.get_running_loop()
        if loop not in self._made:
            # Weak references would not do: a task or a connection refers to its loop, which would keep both for ever.
            for ended in [each for each in list(self._made) if each.is_closed()]:  # a copy: threads have loops too
                self._made.pop(ended, None)
            self._made[loop] = self._make()
        return self._made[loop]

    def forget(self) -> T | None:
        """Drop the object of the running loop and return it, for example to close it; None if there is none."""
        return self._made.pop(asyncio.get_running_loop(), None)

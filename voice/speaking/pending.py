"""Text on its way from one stage to the next."""

from __future__ import annotations

import asyncio


class PendingText:
    """One string that grows until it is taken, so that whoever writes never waits and one entry waits at most.

    The text of an answer is small and has a limit; a reader that is slow takes it in larger pieces.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_closed = False
        self._changed = asyncio.Event()

    def put(self, text: str) -> None:
        self._pieces.append(text)
        self._changed.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._is_closed = True
        self._changed.set()

    async def take(self) -> str | None:
        """All that waits; waits for something when nothing does. None at the end."""
        while not self._pieces:
            if self._is_closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        text, self._pieces = "".join(self._pieces), []
        return text

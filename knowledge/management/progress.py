"""The progress of a command as a bar on a terminal; in a file or pipe the command's lines tell it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any


class Progress:
    """A bar on standard error while it is open. `of` may become known, and more, on the way."""

    def __init__(self, unit: str, of: int | None = None) -> None:
        from tqdm import tqdm

        shape = "{percentage:3.0f}% |{bar}| {n:.0f}/{total_fmt} {unit}s [{elapsed}, {remaining} left]"
        # None disables it if there is no terminal; otherwise it would write into logs.
        self._bar: Any = tqdm(total=of or 1, unit=unit, disable=None, bar_format=shape, leave=False)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def set(self, done: float, of: int | None = None) -> None:
        self._bar.total = of or self._bar.total
        self._bar.n = done
        self._bar.refresh()

    def aside(self) -> AbstractContextManager[None]:
        """Hide the bar while a line is written."""
        return self._bar.external_write_mode()

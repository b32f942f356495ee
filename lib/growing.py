"""Arrays that grow without copying their rows, while other threads go on reading the shorter ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARE = 4  # reserves a quarter more than needed; unused memory costs nothing until it is written to


class Growing:
    """The first `rows` of a larger array. Immutable: `plus` returns a longer one, which shares the memory."""

    __slots__ = ("_space", "_used", "rows")

    def __init__(self, rows: NDArray[Any], space: NDArray[Any] | None = None, used: list[int] | None = None):
        self.rows = rows
        self._space = rows if space is None else space
        self._used = [len(rows)] if used is None else used  # rows in use; shared by all that grew in the space

    def __len__(self) -> int:
        return len(self.rows)

    def plus(self, more: NDArray[Any]) -> Growing:
        """These rows and more after them. Not thread-safe."""
        import numpy as np

        begin, end = len(self.rows), len(self.rows) + len(more)
        if not len(more):
            return self
        space, used = self._space, self._used
        if end > len(space) or used[0] != begin:  # full, or another array has grown from these rows
            space, used = np.empty((end + end // SPARE, *self.rows.shape[1:]), self.rows.dtype), [begin]
            space[:begin] = self.rows
        space[begin:end] = more
        used[0] = end
        return Growing(space[:end], space, used)

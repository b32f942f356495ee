"""Arrays that are appended to without a copy of what they hold, while others go on reading the shorter ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARE = 4  # a quarter more than is needed is reserved; memory that nothing was written to costs nothing


class Growing:
    """The first `rows` of a larger array. Immutable: `plus` gives another one, which shares what this one holds."""

    __slots__ = ("_space", "_used", "rows")

    def __init__(self, rows: NDArray[Any], space: NDArray[Any] | None = None, used: list[int] | None = None):
        self.rows = rows
        self._space = rows if space is None else space
        self._used = [len(rows)] if used is None else used  # of the space; shared by all that grew in it

    def __len__(self) -> int:
        return len(self.rows)

    def plus(self, more: NDArray[Any]) -> Growing:
        """This one and more rows behind. Not for two threads at once."""
        import numpy as np

        begin, end = len(self.rows), len(self.rows) + len(more)
        if not len(more):
            return self
        space, used = self._space, self._used
        if end > len(space) or used[0] != begin:  # full, or another one has grown from here
            space, used = np.empty((end + end // SPARE, *self.rows.shape[1:]), self.rows.dtype), [begin]
            space[:begin] = self.rows
        space[begin:end] = more
        used[0] = end
        return Growing(space[:end], space, used)

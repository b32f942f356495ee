"""Bytes in a temporary file that grows, read through a memory map, so that the system can reclaim their memory.

The file has no name and vanishes with its last reader. It needs a few hundred megabytes in `TMPDIR`.
"""

from __future__ import annotations

import mmap
import tempfile
import weakref
from collections.abc import Iterable
from itertools import chain
from typing import IO


class _Shared:
    """A file, and how much of it is written. It is closed when its last reader is gone."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(prefix="salesagent-")  # noqa: SIM115 closed in the next line
        self.used = 0
        weakref.finalize(self, self.file.close)


class AppendedFile:
    """The bytes written so far. Immutable: `plus` returns a longer one, which shares the file.

    Raises OSError if no file can be written.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview] = (), *, behind: AppendedFile | None = None) -> None:
        self._shared: _Shared = behind._shared if behind else _Shared()
        file = self._shared.file
        file.seek(self._shared.used)
        file.writelines(pieces)
        file.flush()
        self._size = self._shared.used = file.tell()
        self._map = mmap.mmap(file.fileno(), self._size, access=mmap.ACCESS_READ) if self._size else None

    def plus(self, pieces: Iterable[bytes | memoryview]) -> AppendedFile:
        """These bytes and more after them. Not thread-safe."""
        if self._shared.used != self._size:  # something else was appended to these bytes already
            return AppendedFile(chain([self.bytes], pieces))
        return AppendedFile(pieces, behind=self)

    @property
    def bytes(self) -> memoryview:
        """All bytes, not copied."""
        return memoryview(self._map) if self._map is not None else memoryview(b"")

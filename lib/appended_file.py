"""Bytes that are appended to a temporary file and read from there: the system takes their memory back when it needs it.

The file has no name and goes with its last reader. Where it is (`TMPDIR`) a few hundred megabytes should be free.
"""

from __future__ import annotations

import mmap
import tempfile
import weakref
from collections.abc import Iterable
from itertools import chain
from typing import IO


class _Shared:
    """A file, and how much of it is written; closed with the last that reads it."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(prefix="salesagent-")  # noqa: SIM115 closed in the next line
        self.used = 0
        weakref.finalize(self, self.file.close)


class AppendedFile:
    """What was written so far. Immutable: `plus` gives another one, which shares the file. Raises OSError where no file
    can be written."""

    def __init__(self, pieces: Iterable[bytes | memoryview] = (), *, behind: AppendedFile | None = None) -> None:
        self._shared: _Shared = behind._shared if behind else _Shared()
        file = self._shared.file
        file.seek(self._shared.used)
        file.writelines(pieces)
        file.flush()
        self._size = self._shared.used = file.tell()
        self._map = mmap.mmap(file.fileno(), self._size, access=mmap.ACCESS_READ) if self._size else None

    def plus(self, pieces: Iterable[bytes | memoryview]) -> AppendedFile:
        """This one and more behind. Not for two threads at once."""
        if self._shared.used != self._size:  # something else stands behind this one
            return AppendedFile(chain([self.bytes], pieces))
        return AppendedFile(pieces, behind=self)

    @property
    def bytes(self) -> memoryview:
        """All of it, to be read in place."""
        return memoryview(self._map) if self._map is not None else memoryview(b"")

"""Bytes that are read seldom, kept in a temporary file instead of memory; the system reads what is asked for.

The file has no name and goes with the process. Where it is (`TMPDIR`) a few hundred megabytes should be free.
"""

from __future__ import annotations

import mmap
import tempfile


class MappedBytes:
    """Filled once, then only read. Raises OSError where no file can be written."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="salesagent-")  # noqa: SIM115 closed when it is mapped
        self._map: mmap.mmap | None = None
        self._size = 0

    def add(self, data: bytes | memoryview) -> tuple[int, int]:
        """Where the bytes will stand: begin and end."""
        self._file.write(data)
        begin, self._size = self._size, self._size + len(data)
        return begin, self._size

    def read_only(self) -> memoryview:
        """All that was added, to be read in place; nothing can be added from now on."""
        with self._file as file:
            file.flush()
            if not self._size:
                return memoryview(b"")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return memoryview(self._map)

    def close(self) -> None:
        """Give the file up; nothing of it may be in use any more. For what is filled and read once."""
        self._file.close()
        self._map = None

    def release(self) -> None:
        """Give back what was read; it is read from the file again by who asks for it. Takes microseconds."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

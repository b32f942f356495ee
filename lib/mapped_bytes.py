"""Rarely read bytes, kept in a memory-mapped temporary file instead of memory.

The file has no name and vanishes with the process. It needs a few hundred megabytes in `TMPDIR`.
"""

from __future__ import annotations

import mmap
import tempfile


class MappedBytes:
    """Filled once, then only read. Raises OSError if no file can be written."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="salesagent-")  # noqa: SIM115 closed once it is mapped
        self._map: mmap.mmap | None = None
        self._size = 0

    def add(self, data: bytes | memoryview) -> tuple[int, int]:
        """Add bytes; returns where they begin and end."""
        self._file.write(data)
        begin, self._size = self._size, self._size + len(data)
        return begin, self._size

    def read_only(self) -> memoryview:
        """All bytes, not copied. Nothing can be added from now on."""
        with self._file as file:
            file.flush()
            if not self._size:
                return memoryview(b"")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return memoryview(self._map)

    def close(self) -> None:
        """Close the file; none of its bytes may still be in use. For bytes that are read once."""
        self._file.close()
        self._map = None

    def release(self) -> None:
        """Free the memory of what was read; it is read from the file again when needed. Takes microseconds."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

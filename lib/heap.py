"""What the C library keeps of memory that was freed: less of it, and handed back when nobody is waiting.

Speech works with arrays of megabytes on several threads. glibc would keep up to 64 MB for each of eight threads a core;
where there is no glibc, nothing here does anything.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # malloc.h
# With two, threads that compute hardly wait for each other (measured: no slower), and what is free is in two places.
ARENAS = 2
# What is larger gets pages of its own and goes back at once. The arrays of a sentence are smaller: with pages of their
# own, speech takes half as much time again. glibc would raise this by itself to 32 MB, and the next to twice that.
OWN_PAGES_BYTES = 8 * 1024 * 1024
TOP_BYTES = 16 * 1024 * 1024  # free memory at the end of a heap that is kept


def keep_small() -> None:
    """For the beginning of a process that serves, before it has threads."""
    if library := _glibc():
        library.mallopt(M_ARENA_MAX, ARENAS)
        library.mallopt(M_MMAP_THRESHOLD, OWN_PAGES_BYTES)
        library.mallopt(M_TRIM_THRESHOLD, TOP_BYTES)


def give_back() -> None:
    """Hand free memory back to the system. Takes some 10 ms, in which other threads may wait: for quiet moments."""
    if library := _glibc():
        library.malloc_trim(0)


@cache
def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except (OSError, TypeError):  # TypeError: Windows has no library without a name
        return None

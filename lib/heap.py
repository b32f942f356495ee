"""Makes the C library keep less freed memory and give it back at quiet moments, and Python look for garbage less often.

Speech uses arrays of megabytes on several threads, and glibc would keep up to 64 MB for each of eight arenas a core.
Without glibc `keep_small` and `give_back` do nothing.
"""

from __future__ import annotations

import ctypes
import gc
from functools import cache
from typing import Any

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # malloc.h
# With two arenas, threads hardly wait for each other (measured: no slower), and free memory is in two places only.
ARENAS = 2
# Larger blocks get pages of their own and are given back at once. The arrays of a sentence stay below this, because
# speech takes half as long again with pages of their own. By itself glibc would raise this to 32 MB, TOP to twice that.
OWN_PAGES_BYTES = 8 * 1024 * 1024
NEW_OBJECTS = 10_000  # after so many the newest are looked at; by itself Python does after 700
TOP_BYTES = 16 * 1024 * 1024  # free memory that is kept at the end of a heap


def keep_small() -> None:
    """Call when a serving process starts, before it has threads."""
    if library := _glibc():
        library.mallopt(M_ARENA_MAX, ARENAS)
        library.mallopt(M_MMAP_THRESHOLD, OWN_PAGES_BYTES)
        library.mallopt(M_TRIM_THRESHOLD, TOP_BYTES)


def settle() -> None:
    """Call when all is imported: what is there by then is not looked at for garbage any more, and the rest less often.

    Python would go through some 200,000 objects again and again, which takes a sixth of a turn's queries.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def give_back() -> None:
    """Give free memory back to the system. Takes some 10 ms and may block other threads: call it at quiet moments."""
    if library := _glibc():
        library.malloc_trim(0)


@cache
def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except (OSError, TypeError):  # TypeError on Windows, where a library needs a name
        return None

"""What the server does to the C library's memory, seen from outside, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fakes.patience import PATIENCE_S
from lib import heap

pytestmark = pytest.mark.skipif(heap._glibc() is None, reason="there is no glibc here")

# Twelve threads that all hold memory at the same time, and then how many heaps there are.
MANY_THREADS = """
import ctypes, threading
from lib import heap

library = ctypes.CDLL(None)
library.malloc.restype = library.fdopen.restype = ctypes.c_void_p
{begin}
together = threading.Barrier(13)

def hold():
    library.malloc(ctypes.c_size_t(1000))
    together.wait()
    together.wait()

threads = [threading.Thread(target=hold) for _ in range(12)]
for thread in threads:
    thread.start()
together.wait()
library.malloc_info(0, ctypes.c_void_p(library.fdopen(1, b"w")))
library.fflush(None)
together.wait()
"""

# What was there is left alone, and what becomes garbage later is still found.
SETTLED = """
import gc, weakref
from lib import heap

class Node:
    pass

kept = [Node() for _ in range(1000)]
heap.settle()
assert gc.get_freeze_count() > 1000
assert not any(isinstance(each, Node) for each in gc.get_objects())
later = Node()
later.itself = later
gone = weakref.ref(later)
del later
for _ in range(heap.NEW_OBJECTS + 1):
    kept.append([])
print("gone" if gone() is None else "there")
"""

# Memory of 60 MB in pieces, freed but for a last one: what is resident before and after it is given back.
FREED = """
import ctypes, pathlib
from lib import heap

def resident_kb():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))

library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
heap.keep_small()
pieces = [library.malloc(ctypes.c_size_t(60_000)) for _ in range(1000)]
for piece in pieces:
    ctypes.memset(piece, 1, 60_000)
for piece in pieces[:-1]:
    library.free(piece)
before_kb = resident_kb()
heap.give_back()
print(before_kb - resident_kb())
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=PATIENCE_S)  # noqa: S603 our own code
    return done.stdout.decode()


def test_threads_share_few_heaps():
    assert run(MANY_THREADS.format(begin="heap.keep_small()")).count("<heap nr=") <= heap.ARENAS
    assert run(MANY_THREADS.format(begin="")).count("<heap nr=") > heap.ARENAS


def test_what_is_free_goes_back_to_the_system():
    assert int(run(FREED)) > 50_000


def test_what_was_there_is_not_looked_at_again_and_what_comes_later_is():
    assert run(SETTLED).strip() == "gone"

"""What people wait for goes first: work in the background pauses while an answer is about to begin in this process.

Python runs one thread at a time. A task of 20 ms between a question and the request for its answer is 20 ms that the
visitor waits, and 40 questions at once leave 40 tasks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_PAUSE_S = 0.25  # of one task: a server that is busy all day still reads what visitors say

_changed = threading.Condition()
_beginning = 0


@contextmanager
def answer_beginning() -> Iterator[None]:
    """While somebody waits inside, work in the background does not start."""
    global _beginning
    with _changed:
        _beginning += 1
    try:
        yield
    finally:
        with _changed:
            _beginning -= 1
            if not _beginning:
                _changed.notify_all()


def wait_for_answers(most_s: float = MAX_PAUSE_S) -> bool:
    """Wait until nobody waits, in a thread that works in the background; False when it has taken `most_s`."""
    with _changed:
        return _changed.wait_for(lambda: not _beginning, most_s)

"""Pauses background work while an answer is about to begin in this process, because a visitor waits for it.

Python runs one thread at a time. A task of 20 ms between a question and the request to the model makes the visitor
wait for 20 ms, and 40 questions at once leave 40 tasks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_PAUSE_S = 0.25  # the longest pause of one task, so that a server that is busy all day still does its tasks

_changed = threading.Condition()
_beginning = 0


@contextmanager
def answer_beginning() -> Iterator[None]:
    """No background work starts while any such block is open."""
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
    """Block a background thread until no answer is about to begin. Returns False after `most_s`."""
    with _changed:
        return _changed.wait_for(lambda: not _beginning, most_s)

"""This process's own indexer: one document at a time, in a thread, from the rows that say what is owed.

It is no queue: whatever a process does not come to, or leaves behind when it is killed, the next look of any process
finds in the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.utils import timezone

from knowledge.indexing import MAX_CHARS, claim, index, owe_stale, read_state
from knowledge.models import Document
from lib.database import with_fresh_connection

log = logging.getLogger(__name__)

LOOK_S = 5.0  # for what a dead process left; what is added here is taken up at once
DRAIN_S = 10.0  # a clean stop waits so long for the step under way, which takes about half a second
INLINE_CHARS = 10_000  # some 100 sentences, about a second: who adds so little need not ask again how it went

_running: Indexer | None = None
_inline = threading.Semaphore(1)  # who cannot have it at once leaves the document to the indexer


class Indexer:
    """Works through what is owed until it is drained."""

    def __init__(self, *, look_s: float = LOOK_S) -> None:
        self._look_s = look_s
        self._loop = asyncio.get_running_loop()
        self._work_came = asyncio.Event()
        self._is_draining = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to work, and be the one that `wake` wakes."""
        global _running
        _running = self
        self._task = asyncio.create_task(self._work(), name="indexer")

    async def drain(self) -> None:
        """Stop within a step; the document under way may be taken by another process at once. For a clean stop."""
        global _running
        if _running is self:
            _running = None
        self._is_draining.set()
        self._work_came.set()
        if self._task:
            await asyncio.wait([self._task], timeout=DRAIN_S)

    def wake(self) -> None:
        """Say that there is work; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended in this moment
            self._loop.call_soon_threadsafe(self._work_came.set)

    async def _work(self) -> None:
        knows_stale = False  # once a process is enough: only an upgrade or a new model makes documents stale
        while not self._is_draining.is_set():
            self._work_came.clear()
            try:
                if not knows_stale:
                    await asyncio.to_thread(with_fresh_connection(owe_stale))
                    knows_stale = True
                had_work = await asyncio.to_thread(with_fresh_connection(index_next), self._is_draining.is_set)
            except DatabaseError as error:
                log.warning("documents could not be indexed: %s", type(error).__name__)
                had_work = False
            except Exception:  # without this task what is added stays waiting for ever
                log.exception("documents could not be indexed")
                had_work = False
            if not had_work:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._work_came.wait(), self._look_s)


def index_next(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Index the document that has waited longest; False when nothing is owed."""
    claimed = None if is_over() else claim(timezone.now())
    if claimed is None:
        return False
    index(claimed, is_over)
    return True


def wake() -> None:
    """Have this process's indexer look for work now; without one, in a command, some other process finds it."""
    if _running:
        _running.wake()


def see_to(document: Document, *, chars: int = INLINE_CHARS) -> None:
    """Have a stored document indexed: a small one here and now, any other in the background. Its state is read back."""
    is_quick = len(document.text) <= chars or len(document.text) > MAX_CHARS  # which is refused unread
    if is_quick and _inline.acquire(blocking=False):
        try:
            if claimed := claim(timezone.now(), document.pk):
                index(claimed)
        finally:
            _inline.release()
    else:
        wake()
    read_state(document)

"""The indexer of this process: works in a thread on one owed document at a time.

There is no queue. A document that a process does not reach, or leaves behind when it is killed, is found in the
database by the next look of any process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.utils import timezone

from knowledge.conflicts.comparing import compare_next, owe_anew
from knowledge.indexing import claim, index, index_document, owe_stale, read_state
from knowledge.models import Document
from knowledge.reembedding import embed_next, remaining
from knowledge.stored_parts import make_missing
from knowledge.vectors import announce, leads, set_up
from lib.database import with_fresh_connection

log = logging.getLogger(__name__)

LOOK_S = 5.0  # how often documents of dead processes are looked for; one added here starts at once
DRAIN_S = 10.0  # a clean stop waits so long for the step under way, which takes about half a second
ANNOUNCED_S = 15.0  # between two words that this process uses its model; four are missed before another one leads
INLINE_CHARS = 10_000  # some 100 sentences, about a second: such a document is ready when the request that adds it ends

_running: Indexer | None = None
_inline = threading.Semaphore(1)  # if it is taken, the document is left to the indexer


class Indexer:
    """Works through what is owed until it is drained."""

    def __init__(self, *, look_s: float = LOOK_S) -> None:
        self._look_s = look_s
        self._loop = asyncio.get_running_loop()
        self._work_came = asyncio.Event()
        self._is_draining = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._announcing: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to work; `wake` wakes this one from now on."""
        global _running
        _running = self
        self._task = asyncio.create_task(self._work(), name="indexer")
        self._announcing = asyncio.create_task(self._announce(), name="embedding model")

    async def drain(self) -> None:
        """Stop within a step; the document under way may be taken by another process at once. For a clean stop."""
        global _running
        if _running is self:
            _running = None
        self._is_draining.set()
        self._work_came.set()
        if self._announcing:
            self._announcing.cancel()
        if self._task:
            await asyncio.wait([self._task], timeout=DRAIN_S)

    def wake(self) -> None:
        """Say that there is work; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended in this moment
            self._loop.call_soon_threadsafe(self._work_came.set)

    async def _work(self) -> None:
        knows_stale = False  # looked for once in a process: only an upgrade or a new model makes documents stale
        while not self._is_draining.is_set():
            self._work_came.clear()
            try:
                is_over = self._is_draining.is_set
                knows_stale = knows_stale or await asyncio.to_thread(with_fresh_connection(catch_up), is_over)
                had_work = knows_stale and await asyncio.to_thread(with_fresh_connection(work_on_next), is_over)
            except DatabaseError as error:
                log.warning("documents could not be indexed: %s", type(error).__name__)
                had_work = False
            except Exception:  # this task must go on: without it, new documents would wait for ever
                log.exception("documents could not be indexed")
                had_work = False
            if not had_work:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._work_came.wait(), self._look_s)

    async def _announce(self) -> None:
        """Beside the work: a long document takes many minutes."""
        is_told = False
        while True:
            await asyncio.sleep(ANNOUNCED_S)
            try:
                is_leading = await asyncio.to_thread(with_fresh_connection(_announced))
                if not (is_leading or is_told):
                    log.warning(_OTHER_MODEL)
                is_told = not is_leading
            except DatabaseError as error:
                log.warning("the embedding model of this process could not be announced: %s", type(error).__name__)
            except Exception:  # without this task another process's model would lead
                log.exception("the embedding model of this process could not be announced")


_OTHER_MODEL = (
    "processes of this site are set up with different embedding models; passages get the vectors of another one than"
    " this process has: compare EMBEDDING_MODEL_DIR, and what requirements/local.txt installs"
)


def catch_up(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Say which model this process uses, and owe what an older version or another model made.

    Returns False while there is no document. Then no model is loaded, which takes 0.3 s of a core and 110 MB.
    """
    if not Document.objects.exists():
        return False
    announce(timezone.now())
    owe_stale()
    owe_anew()
    make_missing(None, is_over)
    return True


def _announced() -> bool:
    """Whether the model of this process leads, or it has none, or needs none."""
    if not Document.objects.exists():
        return True
    announce(timezone.now())
    encoder = set_up()
    return encoder is None or leads(encoder)


def work_on_next(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Index the next document; if none waits, compare one, or give one the vectors of another model.

    Returns False if nothing is owed.
    """
    return index_next(is_over) or compare_next(is_over) or embed_next(is_over)


def index_next(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Index the document that has waited longest; False when nothing is owed."""
    claimed = None if is_over() else claim(timezone.now())
    if claimed is None:
        return False
    index(claimed, is_over)
    return True


def reindex_stale() -> int:
    """Index in this thread all documents that wait or are stale, and give all of them the vectors of the present model,
    unless other processes use another one.

    Returns for how many documents passages or vectors were made.
    """
    announce(timezone.now())
    owe_stale()
    documents = list(Document.objects.unattended(timezone.now()))
    for document in documents:
        index_document(document)
    left = remaining()
    if not _announced():
        log.warning(_OTHER_MODEL)
        left = None
    while embed_next():
        pass
    return len(documents) + (left.total - left.done if left else 0)


def wake() -> None:
    """Have this process's indexer look for work now. A command has none; a server process finds the work."""
    if _running:
        _running.wake()


def see_to(document: Document, *, chars: int = INLINE_CHARS) -> None:
    """Have a stored document indexed: at once if it is small, else in the background. Its state is read back."""
    if len(document.text) <= chars and not document.is_unread and _inline.acquire(blocking=False):
        try:
            if claimed := claim(timezone.now(), document.pk):
                index(claimed)
        finally:
            _inline.release()
    else:
        wake()
    read_state(document)

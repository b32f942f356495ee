"""Removes expired conversations and recordings, and sound files that no message names; other apps sweep with it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.deletion import sessions, tidying
from conversations.models import Message
from lib.database import with_fresh_connection
from voice.files.recordings import RECORDINGS, SPOKEN, discard

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)  # a message may be on its way: its file is stored before its row
BATCH = 200  # rows a transaction locks
NAMES_AT_ONCE = 10_000  # about 2 MB; for each so many files the messages with sound are read once
MAX_FAILURES = 20  # if nothing can be removed, an operator is needed, not a log line for every file
EVERY_S = 3600
FIRST_AFTER_S = 60  # a server that starts has other things to do
_HAS_SOUND = ~Q(audio="") | ~Q(tts_audio="")


@dataclass(slots=True)
class Swept:
    """The result of a sweep: messages with expired sound, removed files, failures, and rows of other apps."""

    files_of_gone: int = 0  # of the conversations that were too old
    messages: int = 0
    files: int = 0
    failures: int = 0
    rows: int = 0  # of other apps, which tidy up with every sweep
    tidied: dict[str, int] = field(default_factory=dict, compare=False, repr=False)  # those rows by what they are
    gone: list[str] = field(default_factory=list, repr=False)  # conversations that were too old, by id

    def note_files_of_gone(self, count: int) -> None:
        self.files_of_gone += count


def sweep(now: datetime, is_over: Callable[[], bool] = lambda: False) -> Swept:
    """Remove everything expired; stops early, between batches, once `is_over` returns True."""
    swept = Swept()
    swept.gone = sessions.delete_expired(now, is_over, swept.note_files_of_gone)
    if settings.AUDIO_RETENTION_DAYS:
        _expire(_too_old_to_hear(now), swept, is_over)
    for folder in (RECORDINGS, SPOKEN):
        _remove_orphans(folder, now - GRACE, swept, is_over)
    if not is_over():
        swept.tidied = tidying.tidied(now)
        swept.rows = sum(swept.tidied.values())
    return swept


@dataclass(frozen=True, slots=True)
class Due:
    """What a sweep would do now: conversations and messages that are too old, files, and other rows."""

    conversations: int
    files_of_conversations: int
    messages: int
    files: int  # sound files of those messages, and of no message
    rows: dict[str, int]


def due(now: datetime) -> Due:
    """Counts it, and removes nothing. What goes with an old conversation is not counted once more."""
    messages = files = 0
    if settings.AUDIO_RETENTION_DAYS:
        old = sessions.outlasting(_too_old_to_hear(now), now)
        messages, files = old.count(), sessions.sound_files(old)
    files += sum(1 for folder in (RECORDINGS, SPOKEN) for some in _orphans(folder, now - GRACE) for _ in some)
    files_of_conversations = sessions.count_files_of_expired(now)
    return Due(sessions.count_expired(now), files_of_conversations, messages, files, tidying.waiting(now))


async def keep_swept(*, every_s: float = EVERY_S, first_after_s: float = FIRST_AFTER_S) -> None:
    """Sweep regularly until cancelled. Several processes may do this at the same time."""
    is_over = False
    delay_s = first_after_s
    try:
        while True:
            await asyncio.sleep(delay_s)
            delay_s = every_s
            try:
                swept = await asyncio.to_thread(with_fresh_connection(sweep), timezone.now(), lambda: is_over)
            except Exception:  # the database or the storage is away: the next sweep tries again
                log.exception("recordings could not be swept")
            else:
                if swept != Swept():
                    log.info("swept: %d conversations, %s", len(swept.gone), swept)
                    sessions.tell_gone(swept.gone)
    finally:
        is_over = True  # the thread is not cancelled, and the process waits for it


def _too_old_to_hear(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(_HAS_SOUND, created_at__lt=now - timedelta(days=settings.AUDIO_RETENTION_DAYS))


def _expire(old: QuerySet[Message], swept: Swept, is_over: Callable[[], bool]) -> None:
    """Change the rows first and remove the files after the commit: a failure leaves a file without a row, never a row
    without its file."""
    while not is_over() and swept.failures < MAX_FAILURES:
        with transaction.atomic():
            locked = old.select_for_update().order_by("pk")
            rows = list(locked.values_list("pk", "audio", "tts_audio")[:BATCH])
            expired = Message.objects.filter(pk__in=[pk for pk, _, _ in rows])
            expired.update(audio="", tts_audio="", audio_ms=None, tts_audio_ms=None)
            names = [name for _, *both in rows for name in both if name]
            transaction.on_commit(partial(_remove, names, swept, is_over))
        swept.messages += len(rows)
        if len(rows) < BATCH:
            return


def _remove_orphans(folder: str, before: datetime, swept: Swept, is_over: Callable[[], bool]) -> None:
    for some in _orphans(folder, before, lambda: is_over() or swept.failures >= MAX_FAILURES):
        _remove(some, swept, is_over)


def _orphans(folder: str, before: datetime, is_over: Callable[[], bool] = lambda: False) -> Iterator[Iterator[str]]:
    """The files of a folder that no message names, some at a time."""
    names = _names(folder)
    while unnamed := set(islice(names, NAMES_AT_ONCE)):
        if is_over():
            return
        for both in Message.objects.filter(_HAS_SOUND).values_list("audio", "tts_audio").iterator():
            unnamed.difference_update(both)
        yield (name for name in unnamed if _is_older(name, before))


def _remove(names: Iterable[str], swept: Swept, is_over: Callable[[], bool]) -> None:
    for name in names:
        if is_over() or swept.failures >= MAX_FAILURES:
            return
        if discard(name):
            swept.files += 1
        else:
            swept.failures += 1


def _is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except OSError:  # gone meanwhile
        return False


def _names(folder: str) -> Iterator[str]:
    """The files of a folder: one by one from a file system, all at once from other storages."""
    try:
        if not isinstance(default_storage, FileSystemStorage):
            yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if name)
            return
        with os.scandir(default_storage.path(folder)) as entries:
            yield from (f"{folder}/{entry.name}" for entry in entries if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:  # nothing was ever recorded
        return

"""Removes attachments that were uploaded and never sent, and their files that no row names."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db.models import QuerySet

from conversations.models import Attachment
from lib.files import delete_with_files, remove_files

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)  # time for a message that is being written, or waits for a connection
GRACE = timedelta(hours=1)  # a file is stored before its row
BATCH = 100
FOLDER = "attachments"


def sweep(now: datetime) -> int:
    """With the hourly sweep; how many rows are gone."""
    gone = 0
    old = _unsent(now)
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += delete_with_files(old.filter(pk__in=batch)).rows.get("conversations.attachment", 0)
    _remove_unnamed(now - GRACE)
    return gone


def count(now: datetime) -> int:
    """How many rows that would be now."""
    return _unsent(now).count()


def _unsent(now: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.unsent().filter(created_at__lt=now - KEPT)


def _remove_unnamed(before: datetime) -> None:
    storage: Storage = Attachment._meta.get_field("file").storage
    try:
        names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1] if name]
    except FileNotFoundError:  # there are no attachments yet
        return
    for start in range(0, len(names), BATCH):
        some = set(names[start : start + BATCH])
        some -= set(Attachment.objects.filter(file__in=some).values_list("file", flat=True))
        remove_files((storage, name) for name in some if _is_older(storage, name, before))


def _is_older(storage: Storage, name: str, before: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < before
    except OSError:  # removed meanwhile
        return False

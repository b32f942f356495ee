"""Stores recordings and spoken answers under unguessable names, in two folders of the default storage.

The storage writes in place, so a file may be incomplete for a while. It is not served until a row names it, and a file
that no row ever names is removed by `sweeping.py`.
"""

from __future__ import annotations

import logging
import re
import uuid
from functools import partial
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from conversations.models import Message, Reply
from voice.sound.kinds import KINDS, MP3, FileKind

log = logging.getLogger(__name__)

RECORDINGS, SPOKEN = "recordings", "spoken"
_SUFFIXES = "|".join(kind.suffix.lstrip(".") for kind in KINDS)
NAME = re.compile(rf"({RECORDINGS}|{SPOKEN})/[A-Za-z0-9_-]{{1,64}}[.]({_SUFFIXES})")


def store(file: IO[bytes], kind: FileKind) -> str:
    """Store an upload; returns its name for `Message.audio`. Nothing is left behind after an error."""
    return _save(file, RECORDINGS, kind)


def discard(name: str) -> bool:
    """Remove a file that no row names; returns whether it is gone. Never raises: the sweep removes what is left."""
    try:
        default_storage.delete(name)
    except Exception as error:  # each storage has errors of its own
        log.warning("the file %s could not be removed: %s", name, type(error).__name__)
        return False
    return True


def attach_spoken(
    message_id: uuid.UUID | str,
    mp3: str | Path | IO[bytes],
    length_ms: int | None = None,
    *,
    attempt: int | None = None,
) -> str | None:
    """Store the MP3 of an answer and name it in its message; returns its name, None if the message is gone.

    `mp3` is a path or an open file, `length_ms` how long it plays, if known. Also None if the answer did not end with
    the spoken `attempt`, because it was made again with other words. An earlier sound is removed. Raises what the
    storage raises; the message then stays unchanged.
    """
    if isinstance(mp3, str | Path):
        with Path(mp3).open("rb") as file:
            return attach_spoken(message_id, file, length_ms, attempt=attempt)
    name = _save(mp3, SPOKEN, MP3)
    try:
        is_named = _name_spoken(message_id, name, length_ms, attempt)
    except BaseException:
        discard(name)
        raise
    if not is_named:
        discard(name)
        return None
    return name


def _name_spoken(message_id: uuid.UUID | str, name: str, length_ms: int | None, attempt: int | None) -> bool:
    with transaction.atomic():
        # The reply first, in the order in which asking again locks the rows.
        if attempt is not None and not _has_ended(message_id, attempt):
            return False
        found = Message.objects.select_for_update().filter(pk=message_id)
        earlier = found.values_list("tts_audio", flat=True).first()
        if earlier is None:
            return False
        found.update(tts_audio=name, tts_audio_ms=length_ms)
        if earlier:
            transaction.on_commit(partial(discard, earlier))
    return True


def _has_ended(message_id: uuid.UUID | str, attempt: int) -> bool:
    """Whether the answer is the result of this attempt; that cannot change until the transaction ends."""
    replies = Reply.objects.select_for_update().filter(message_id=message_id, attempt=attempt)
    return replies.values_list("state", flat=True).first() not in {None, Reply.State.RUNNING}


def _save(file: IO[bytes], folder: str, kind: FileKind) -> str:
    file.seek(0)
    name = f"{folder}/{uuid.uuid4()}{kind.suffix}"
    try:
        return default_storage.save(name, File(file))
    except BaseException:  # a full disk, or the thread's end: half of it may be there
        discard(name)
        raise

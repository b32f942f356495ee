"""Prepares attachments for a chat model: the newest ones, as small as possible."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.llm.request import Attached, PastMessage
from conversations.attachments import pictures
from conversations.attachments.refused import AttachmentRefused
from conversations.models import Attachment

log = logging.getLogger(__name__)

MAX_PICTURES = 4  # the newest of the whole history; each has some 150 kB, and up to 1,600 tokens
MAX_DOCUMENTS = 2  # each up to 2,000 tokens


def with_contents(history: Sequence[PastMessage]) -> tuple[PastMessage, ...]:
    """The same messages with the contents of the newest files. A file that cannot be opened is only named. Blocks."""
    newest = [each for turn in reversed(history) for each in turn.attached]
    shown = [each for each in newest if each.is_picture][:MAX_PICTURES]
    shown += [each for each in newest if not each.is_picture][:MAX_DOCUMENTS]
    rows = Attachment.objects.in_bulk([each.id for each in shown])
    contents = {str(pk): _content(row) for pk, row in rows.items()}
    return tuple(_filled(turn, contents) if turn.attached else turn for turn in history)


def _filled(turn: PastMessage, contents: Mapping[str, Attached]) -> PastMessage:
    return replace(turn, attached=tuple(contents.get(each.id, each) for each in turn.attached))


def _content(row: Attachment) -> Attached:
    named = Attached(str(row.pk), row.name, row.media_type)
    if row.media_type == Attachment.Kind.PDF:
        return replace(named, text=row.text)
    try:
        with row.file.open("rb") as file:
            picture = pictures.for_model(file.read())
    except (OSError, AttachmentRefused) as error:
        log.warning("the picture of attachment %s could not be shown to a model: %s", row.pk, type(error).__name__)
        return named
    return replace(named, media_type=picture.media_type, data=picture.data)

"""Attachments as rows and files: stores them, connects them with their message, deletes them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conversations.attachments.making import SUFFIXES, MadeFile
from conversations.attachments.refused import AttachmentRefused
from conversations.messages.events import AttachedFile
from conversations.messages.reading import SessionMissing
from conversations.models import Attachment, Message, Session
from lib.database import in_database
from lib.files import delete_with_files, remove_files
from lib.web.body_limits import FILES_OF_A_MESSAGE

MAX_PER_MESSAGE = FILES_OF_A_MESSAGE
MAX_PER_SESSION = 40  # ten full messages, 200 MB at most


class AttachmentMissing(Exception):
    """No such file waits to be sent in this session: unknown, sent already, swept, or another visitor's."""


def require_room(session_id: uuid.UUID) -> None:
    """Raises AttachmentRefused if the agent takes no files or the session is full, and SessionMissing."""
    found = Session.objects.filter(pk=session_id).values_list("agent__takes_attachments", flat=True).first()
    if found is None:
        raise SessionMissing
    require_taker(takes=found)
    if Attachment.objects.filter(session=session_id).count() >= MAX_PER_SESSION:
        raise AttachmentRefused(
            _("This conversation holds as many files as it can."),
        )


def require_taker(*, takes: bool) -> None:
    """Raises AttachmentRefused unless the agent takes files."""
    if not takes:
        raise AttachmentRefused(_("Files cannot be attached here. Please write what is in them."))


@in_database
def store(session_id: uuid.UUID, made: MadeFile) -> AttachedFile:
    """Keep a file for a message that is still to be sent. Raises AttachmentRefused, SessionMissing."""
    attachment = Attachment(
        session_id=session_id,
        name=made.name,
        media_type=made.media_type,
        size_bytes=len(made.data),
        width=made.width,
        height=made.height,
        text=made.text,
    )
    # The file first, outside the transaction: a storage may take long. A file without a row is swept later.
    name = f"attachments/{uuid.uuid4()}{SUFFIXES[made.media_type]}"
    storage = Attachment._meta.get_field("file").storage
    attachment.file.name = storage.save(name, ContentFile(made.data))
    try:
        with transaction.atomic():
            # Locked, so that two uploads at once are counted one after the other.
            Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
            require_room(session_id)
            attachment.save(force_insert=True)
    except BaseException as error:
        remove_files([(storage, str(attachment.file.name))])
        if isinstance(error, IntegrityError):
            raise SessionMissing from None  # deleted just now
        raise
    return AttachedFile.of(attachment)


def waiting(session: Session, ids: Sequence[uuid.UUID]) -> list[Attachment]:
    """The files with these ids, in that order, which wait to be sent in a locked session.

    Raises AttachmentMissing unless all of them do, and AttachmentRefused for too many.
    """
    if len(ids) > MAX_PER_MESSAGE:
        words = _("At most %(limit)s files go with one message.") % {"limit": MAX_PER_MESSAGE}
        raise AttachmentRefused(
            words,
        )
    if not ids:
        return []
    # Locked, so that none is taken back or swept meanwhile.
    unsent = Attachment.objects.unsent().select_for_update(of=("self",)).order_by("pk")
    rows = {row.pk: row for row in unsent.filter(session=session, pk__in=ids).defer("text")}
    if set(ids) != rows.keys() or len(ids) != len(rows):
        raise AttachmentMissing
    return [rows[pk] for pk in ids]


def sent_with(message: Message, attachments: Sequence[Attachment]) -> None:
    """Make these files part of a stored message."""
    if attachments:
        Attachment.objects.filter(pk__in=[each.pk for each in attachments]).update(message=message)


@in_database
def discard(session_id: uuid.UUID, attachment_id: uuid.UUID) -> bool:
    """Delete a file that was not sent. Returns False if there is none."""
    waits = Attachment.objects.unsent().filter(session=session_id, pk=attachment_id)
    return bool(delete_with_files(waits).rows)

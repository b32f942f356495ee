"""Makes a visitor's file safe before it is stored. Its kind is decided by its content, never by its name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from agents.llm.configured import is_configured
from conversations.attachments import pdf, pictures
from conversations.attachments.refused import AttachmentRefused
from conversations.models import Attachment

ACCEPT = "image/jpeg,image/png,image/webp,image/gif,application/pdf"  # of a page's file field
MAX_NAME_CHARS = 120
SUFFIXES = {
    Attachment.Kind.JPEG.value: ".jpg",
    Attachment.Kind.PNG.value: ".png",
    Attachment.Kind.PDF.value: ".pdf",
}


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that may be stored and shown."""

    data: bytes
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None
    text: str = ""


def made(data: bytes, name: str) -> MadeFile:
    """The safe file for an upload. Blocks for up to a second, longer for a PDF. Raises AttachmentRefused."""
    refuse_size(len(data))
    if data.startswith(b"%PDF-"):
        text = pdf.beginning(data) if is_configured() else ""  # only a model reads it
        kind = Attachment.Kind.PDF.value
        return MadeFile(data, name_of(name, kind), kind, text=text)
    if not _is_picture(data[:12]):
        raise AttachmentRefused(_("Only pictures (JPEG, PNG, WebP, GIF) and PDF can be attached."), 415)
    picture = pictures.made_safe(data)
    return MadeFile(picture.data, name_of(name, picture.media_type), picture.media_type, picture.width, picture.height)


def refuse_size(size_bytes: int) -> None:
    """Raises AttachmentRefused for an empty file, and for one that is too large."""
    if not size_bytes:
        raise AttachmentRefused(_("This file is empty."), 422)
    if size_bytes > settings.MAX_ATTACHMENT_SIZE:
        raise too_large(settings.MAX_ATTACHMENT_SIZE)


def too_large(limit_bytes: int) -> AttachmentRefused:
    words = _("This file is larger than %(limit)s MB. Attach a smaller one.")
    return AttachmentRefused(words % {"limit": f"{limit_bytes / 1_048_576:.3g}"}, 413)


def name_of(given: str, media_type: str) -> str:
    """The file's name without folder and invisible characters, with the ending of its real kind."""
    base = given.replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in base)
    stem = PurePosixPath(" ".join(shown.split()) or "file").stem.strip(". ")
    suffix = SUFFIXES[media_type]
    return f"{stem[: MAX_NAME_CHARS - len(suffix)] or 'file'}{suffix}"


def _is_picture(head: bytes) -> bool:
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return is_webp or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))

"""Checks what staff upload as avatar or logo: small, and an image by its content, not by its name."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

MAX_BYTES = 512 * 1024  # an avatar is shown at 40 px; half a megabyte is already generous
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


def validate_image(file: File) -> None:
    """Raise ValidationError unless `file` is a PNG, JPEG or WebP of at most 512 kB."""
    if file.size is not None and file.size > MAX_BYTES:
        raise ValidationError(_("The image is larger than 512 kB."))
    head = file.open().read(12)
    file.seek(0)
    if not head.startswith(SIGNATURES) or (head.startswith(b"RIFF") and head[8:12] != b"WEBP"):
        raise ValidationError(_("This is not a PNG, JPEG or WebP image."))

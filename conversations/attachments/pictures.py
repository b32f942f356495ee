"""Decodes pictures within limits and writes them anew, so that nothing else in the file (place, program) is kept."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from conversations.attachments.refused import AttachmentRefused
from conversations.models import Attachment

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # the library's other readers never see a visitor's file
MAX_PIXELS = 25_000_000  # a camera's 24 million; decoded they take at most 100 MB
MAX_SIDE = 2048  # stored; models use no more than this, and small print in a screenshot is still readable
MODEL_SIDE = 1024  # sent to a model: costs one or two tiles
MAX_PNG_BYTES = 1_500_000  # a screenshot has less; a photograph as PNG becomes a JPEG
JPEG_QUALITY = 85

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)  # refused, not only warned of


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was written here."""

    data: bytes
    media_type: str
    width: int
    height: int


def made_safe(data: bytes) -> Picture:
    """The picture alone, upright, at most MAX_SIDE wide and high; only the first frame of an animation.

    Takes up to a second. Raises AttachmentRefused for one that cannot be read or is too large.
    """
    return _written(*_opened(data, MAX_SIDE), MAX_SIDE)


def for_model(data: bytes) -> Picture:
    """A stored picture, made small enough for a model."""
    return _written(*_opened(data, MODEL_SIDE), MODEL_SIDE)


def _opened(data: bytes, side: int) -> tuple[Image.Image, bool]:
    """The picture, and whether it is a photograph: a JPEG, or the several JPEGs in one file that phones write."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            image.draft("RGB", (side, side))  # a JPEG is decoded no larger than it takes
            image.load()
            return _upright(image), image.format in ("JPEG", "MPO")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except AttachmentRefused:
        raise
    except Exception:  # each format's reader has errors of its own: OSError, SyntaxError, ValueError, struct.error, …
        raise AttachmentRefused(_("This picture is damaged and cannot be opened. Save it once more."), 422) from None


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # the metadata is broken, not the picture
        return image


def _written(image: Image.Image, is_photograph: bool, side: int) -> Picture:
    has_alpha = image.mode in ("LA", "PA", "RGBA", "RGBa") or "transparency" in image.info
    image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if not is_photograph:
        data = _saved(image, "PNG", optimize=False)
        if len(data) <= MAX_PNG_BYTES:
            return Picture(data, Attachment.Kind.PNG.value, *image.size)
    data = _saved(_on_white(image), "JPEG", quality=JPEG_QUALITY)
    return Picture(data, Attachment.Kind.JPEG.value, *image.size)


def _saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    # A new image has the pixels and nothing else: no place, no comment, no profile.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    file = io.BytesIO()
    bare.save(file, image_format, **options)
    return file.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _too_many_pixels() -> AttachmentRefused:
    words = _("This picture has more than %(limit)s million pixels. Make it smaller and attach it again.")
    return AttachmentRefused(words % {"limit": MAX_PIXELS // 1_000_000}, 422)

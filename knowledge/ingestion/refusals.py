"""Words for staff when a file cannot be read: what is wrong, and what to do."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.ingestion.formats.extracted import Cause


class Unreadable(Exception):
    """A file without readable text; `str()` says why and what to do."""


class UnknownType(Unreadable):
    """A file of an unknown type."""


def unreadable(cause: Cause, name: str = "") -> Unreadable:
    """The refusal of the file called `name`."""
    if cause == "unknown":
        return UnknownType(_words(cause, name))
    return Unreadable(_words(cause, name))


def too_large() -> Unreadable:
    """The refusal of a file that is too large to be opened."""
    words = _("The file is larger than %(most)s MB. Split it into several files.")
    return Unreadable(words % {"most": settings.MAX_DOCUMENT_SIZE // 1024**2})


def _words(cause: Cause, name: str) -> str:
    numbers = {
        "most": f"{settings.MAX_DOCUMENT_CHARACTERS:,}",
        "format": PurePath(name).suffix.lstrip(".").upper(),
    }
    return str(_WORDS[cause]) % numbers


_WORDS: dict[Cause, Promise] = {
    "empty": gettext_lazy("This file is empty: there is no text in it."),
    "locked": gettext_lazy("This file is locked with a password. Save it without one and upload it again."),
    "pictures": gettext_lazy(
        "This PDF holds no text, only pictures. Make it searchable with text recognition, or paste its text."
    ),
    "glyphs": gettext_lazy(
        "The letters of this PDF cannot be read, only the names of their shapes. Save it once more from the "
        "program that made it, make it searchable with text recognition, or paste its text."
    ),
    "letters": gettext_lazy(
        "The letters of this file cannot be told: it is in an older encoding. Save it as UTF-8 and upload it again."
    ),
    "large": gettext_lazy(
        "This file takes too long or too much memory to read. Split it into several files, or paste its text."
    ),
    "long": gettext_lazy("The text of this file is longer than %(most)s characters. Split it into several files."),
    "old": gettext_lazy("This file is of an Office before 2007. Save it as DOCX or PPTX and upload that."),
    "misnamed": gettext_lazy("This file is called %(format)s and is none. Save it as %(format)s again and upload it."),
    "unknown": gettext_lazy(
        "This type of file is not read. Text, Markdown, HTML, PDF, Word (DOCX), Excel (XLSX, XLS), PowerPoint "
        "(PPTX), OpenDocument (ODT, ODS), RTF, EPUB and CSV are. Save it as one of them, or paste its text."
    ),
    "damaged": gettext_lazy("This file is damaged and cannot be read. Save it again from the program that made it."),
}

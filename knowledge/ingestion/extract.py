"""Reads the text out of an uploaded file: plain text, Markdown and PDF, told by what is in it and by its name."""

from __future__ import annotations

import codecs
import contextlib
import json
import logging
import re
import subprocess
import sys
import threading
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from knowledge.indexing import MAX_CHARS
from knowledge.text import pdf_text
from lib.text import clean

log = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024  # a long PDF with pictures; of text far less can be indexed
ENDINGS = (".txt", ".text", ".md", ".markdown", ".pdf")
ACCEPT = ".txt,.md,.markdown,.pdf,text/plain,text/markdown,application/pdf"  # of a page's file field

PDF_SECONDS = 30  # one of 1,000 plain pages takes 1 s; complicated pages take longer
GLYPH_SHARE = 0.1  # of the characters; a stray sign is no loss, a page of them is
_GLYPH = re.compile(
    r"/(?:g|glyph|cid|uni|index|c|G|C)[0-9A-Fa-f]{1,5}\b|/[A-Za-z]\d{1,4}(?=/)|\(cid:\d+\)|[\ue000-\uf8ff\ufffd]"
)
PDFS_AT_ONCE = 2  # each takes a core and up to pdf_text.MEMORY_BYTES

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"%!PS",
    b"\x1f\x8b",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
)
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")  # no text has them, every other format does
ODD_SHARE = 0.2  # of the characters above ASCII; in French, German and Polish prose in cp1252 there is next to none
# A sign between letters ("caf\u017d" keeps its letter, "Gr\u0161\u00a7e" does not), or a capital after a small letter.
_SIGN_IN_WORD = re.compile(
    r"(?<=[A-Za-z])[\u0160\u017d\u0178\u0192\u02c6\u02dc\u2020\u2021\u2022\u2030\u0152\u00a1-\u00ac\u00ae-\u00b6\u00b8-\u00bf\u00d7\u00f7]"
    r"(?![)\d])|(?<=[a-z])[\u00c0-\u00d6\u00d8-\u00de\u201a-\u201e\u2039\u203a]|(?<![A-Za-z])[\u0160\u017d\u0178\u0192\u2020\u2021\u2022\u2030](?=[a-z])"
)
_LONG_RUN = re.compile(r"[\u0080-\u009f\u00a1-\u00ff\u0152-\u0192\u02c6-\u2122]{4,}")
_LOOKED_AT = 4096  # bytes; enough to tell UTF-16 that has no mark
_running = threading.BoundedSemaphore(PDFS_AT_ONCE)


class Unreadable(Exception):
    """A file no text could be got from; `str()` says why and what to do."""


class UnknownType(Unreadable):
    """It is of a type that is not read here."""


def text_of(data: bytes, name: str) -> str:
    """The text of the file called `name`, clean and never empty. Blocks; a PDF for up to PDF_SECONDS.

    Text that is longer than MAX_CHARS may be cut anywhere behind that.
    """
    if not data.strip():
        raise Unreadable(_("This file is empty."))
    if b"%PDF-" in data[:1024]:
        text = _pdf_text(data)
    else:
        ending = PurePath(name).suffix.lower()
        if ending not in ("", *ENDINGS) or data.startswith(_OTHER_FORMATS):
            raise _unknown()
        if ending == ".pdf":
            raise Unreadable(_("This file is called PDF and is none. Save it as PDF again and upload it."))
        text = _decoded(data)
    text = clean(text)
    if not text:
        raise Unreadable(_("There is no text in this file."))
    return text


def _unknown() -> UnknownType:
    return UnknownType(_("Only plain text, Markdown and PDF can be read. Save it as one of them, or paste its text."))


# --- Plain text -------------------------------------------------------------------------------------------------
def _decoded(data: bytes) -> str:
    """By its byte order mark, else as UTF-8, else as UTF-16, else as the Latin-1 of Windows."""
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _as_text(data.decode(marked, "replace"))
    for encoding in ("utf-8", _utf_16(data)):
        if encoding:
            with contextlib.suppress(UnicodeDecodeError, UnknownType):
                return _as_text(data.decode(encoding))
    return _windows(data)


def _windows(data: bytes) -> str:
    try:
        text = _as_text(data.decode("cp1252"))
    except UnicodeDecodeError:  # five bytes mean nothing in it
        text = _as_text(data.decode("latin-1"))
    if _is_another_encoding(text):
        raise Unreadable(
            _(
                "The letters of this file cannot be told: it is in an older encoding. Save it as UTF-8 and upload it "
                "again."
            )
        )
    return text


def _is_another_encoding(text: str) -> bool:
    """Whether the letters of an encoding that is not Windows' own came out as its signs.

    Western European text has accented letters beside plain ones, few in a row and in lower case, and signs such as
    quotes beside spaces. Mac Roman has signs within words; Cyrillic, Greek and Japanese are made of little else.
    """
    above = [char for char in text if ord(char) > 127]
    if not above:
        return False
    odd = len(_SIGN_IN_WORD.findall(text)) + sum(len(run) for run in _LONG_RUN.findall(text))
    odd += sum("\x80" <= char <= "\x9f" for char in above)
    return odd > max(1, ODD_SHARE * len(above))


def _as_text(text: str) -> str:
    if any(ord(char) in _CONTROL for char in text.removesuffix("\x1a")):
        raise _unknown()
    return text


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark, told by the null bytes that every second byte is in most languages of Europe."""
    head = data[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < len(head) / 2 * 0.4 or min(even, odd) > max(even, odd) * 0.1:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


# --- PDF --------------------------------------------------------------------------------------------------------
def _pdf_text(data: bytes) -> str:
    command = [sys.executable, "-I", str(Path(pdf_text.__file__)), str(PDF_SECONDS), str(MAX_CHARS)]
    with _running:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=PDF_SECONDS, check=False)  # noqa: S603 our own program
        except subprocess.TimeoutExpired:
            raise _too_much() from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:  # ended by a limit, or by a defect of the parser
        log.warning("reading a PDF of %s bytes ended with %s", len(data), done.returncode)
        raise _too_much() from None
    if error := answer.get("error"):
        raise _of_pdf(error)
    if not answer["text"].strip():
        raise Unreadable(
            _("This PDF holds no text, only pictures. Make it searchable with text recognition, or paste its text.")
        )
    if _has_glyph_names(answer["text"]):
        raise Unreadable(
            _(
                "The letters of this PDF cannot be read, only the names of their shapes. Save it once more from the "
                "program that made it, make it searchable with text recognition, or paste its text."
            )
        )
    return str(answer["text"])


def _has_glyph_names(text: str) -> bool:
    """Whether fonts without a table of letters came out as "/gC6/gAF", "(cid:12)" or signs of the private area."""
    names = sum(len(name) for name in _GLYPH.findall(text))
    return names > GLYPH_SHARE * len("".join(text.split()))


def _of_pdf(error: str) -> Unreadable:
    if error == "locked":
        return Unreadable(_("This PDF is locked with a password. Save it without one and upload it again."))
    if error == "large":
        return _too_much()
    return Unreadable(_("This PDF is damaged and cannot be read. Save it as PDF again and upload it."))


def _too_much() -> Unreadable:
    return Unreadable(_("This PDF takes too long to read. Split it into several files, or paste its text."))

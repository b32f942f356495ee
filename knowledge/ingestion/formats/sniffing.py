"""Recognises a file's format by its content. Its name only decides between formats that are all plain text."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.comma_separated import is_table
from knowledge.ingestion.formats.extracted import FileRefused
from knowledge.ingestion.formats.plain import decoded

Format = Literal["csv", "docx", "epub", "html", "odt", "pdf", "plain", "pptx", "rtf", "spreadsheet"]

PDF_WITHIN = 1024  # bytes in front of its mark, which programs have always read over
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_OTHERS = (
    b"%!PS",
    b"\x1f\x8b",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"MZ\x90",
)
_NEVER_TEXT = (".pdf", ".docx", ".xlsx", ".xls", ".ods", ".pptx", ".odt", ".epub")
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--.{0,5000}?-->\s*)*)<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_MIME_TYPES: dict[bytes, Format] = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "spreadsheet",
}
_MAIN_PARTS: dict[str, Format] = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "spreadsheet",
    "xl/workbook.bin": "spreadsheet",
    "ppt/presentation.xml": "pptx",
}


def format_of(data: bytes, name: str = "") -> Format:
    """The format of a file called `name`. Raises FileRefused for an unknown format, and for an empty or locked file."""
    if not data.strip():
        raise FileRefused("empty")
    if b"%PDF-" in data[:PDF_WITHIN]:
        return "pdf"
    if data.startswith(_ZIP):
        return _of_archive(data)
    if data.startswith(_OLE):
        return _of_old_office(data)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_OTHERS):
        raise FileRefused("unknown")
    return _of_text(data, PurePath(name).suffix.lower())


def is_plain(data: bytes, name: str) -> bool:
    """Whether the file is certainly plain text, which can be read in this process."""
    ending = PurePath(name).suffix.lower()
    return ending in (".md", ".markdown", ".txt", ".text", "") and not (
        data.startswith((_ZIP, _OLE, b"{\\rtf", *_OTHERS)) or b"%PDF-" in data[:PDF_WITHIN] or _HTML.match(data[:8192])
    )


def _of_archive(data: bytes) -> Format:
    archive = Archive(data)
    for part, kind in _MAIN_PARTS.items():
        if part in archive.names:
            return kind
    mime_type = archive.read("mimetype").strip() if "mimetype" in archive.names else b""
    if mime_type in _MIME_TYPES:
        return _MIME_TYPES[mime_type]
    raise FileRefused("unknown")


def _of_old_office(data: bytes) -> Format:
    """Formats of Office before 2007: only sheets are read. Newer files with a password have the same container."""
    if _wide("EncryptedPackage") in data:
        raise FileRefused("locked")
    if any(_wide(stream) in data for stream in ("Workbook", "WORKBOOK", "Book")):
        return "spreadsheet"
    if _wide("WordDocument") in data or _wide("PowerPoint Document") in data:
        raise FileRefused("old")
    raise FileRefused("unknown")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _of_text(data: bytes, ending: str) -> Format:
    if _HTML.match(data[:8192]):
        return "html"
    text = decoded(data)[0]
    if ending in (".html", ".htm", ".xhtml") and re.search(r"<\w+[^<>]*>", text[:8192]):
        return "html"
    if ending in (".csv", ".tsv", ".tab"):
        return "csv"
    if ending in (".md", ".markdown", ".mdx"):
        return "plain"
    if is_table(text):
        return "csv"
    if ending in _NEVER_TEXT:  # the words of an error that was saved in the place of the file, most often
        raise FileRefused("misnamed")
    return "plain"

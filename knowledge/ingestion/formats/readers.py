"""The table of file formats and their readers."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.ingestion.formats.comma_separated import read_csv
from knowledge.ingestion.formats.docx import read_docx
from knowledge.ingestion.formats.epub import read_epub
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.html import read_html
from knowledge.ingestion.formats.open_document import read_odt
from knowledge.ingestion.formats.pdf import read_pdf
from knowledge.ingestion.formats.plain import read_plain
from knowledge.ingestion.formats.rich_text import read_rtf
from knowledge.ingestion.formats.slides import read_pptx
from knowledge.ingestion.formats.sniffing import Format, format_of
from knowledge.ingestion.formats.spreadsheets.sheets import read_spreadsheet

READERS: dict[Format, Callable[[bytes], Extracted]] = {
    "csv": read_csv,
    "docx": read_docx,
    "epub": read_epub,
    "html": read_html,
    "odt": read_odt,
    "pdf": read_pdf,
    "plain": read_plain,
    "pptx": read_pptx,
    "rtf": read_rtf,
    "spreadsheet": read_spreadsheet,
}


def read(data: bytes, name: str = "") -> Extracted:
    """The text of a file. Raises FileRefused, or MemoryError."""
    extracted = READERS[format_of(data, name)](data)
    if not extracted.text.strip():
        raise FileRefused("empty")
    return extracted

"""Turns the text of a PDF into Markdown.

It runs in a process with limits (knowledge/ingestion/formats/program.py), so it imports nothing of the project except
pdf_layout.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

from knowledge.text.pdf_layout import (
    PdfLine,
    PdfPiece,
    Tables,
    estimated_width,
    goes_on,
    is_columned,
    laid_out,
)

MAX_PAGES = 2_000

PARAGRAPH_GAP = 1.35  # times the usual distance between lines; authors put half a line or more between paragraphs
HEADING_SIZE = 1.15  # times the size that most characters have
HEADING_WORDS = 14  # a heading has no more
FULL_LINE = 0.7  # share of the longest line: a shorter line did not wrap, its paragraph ended
FULL_CHARS = 30  # a full line has at least so many: no column of text is narrower
ROW_CELLS = 3  # so many pieces side by side are a row of a table; a running title and a page number are two
RUNNING_SHARE = 0.6  # a line at the edge of at least this share of the pages is a header or footer

_SPACE = re.compile(r"[ \t\xa0\u2000-\u200b]+")
_BULLET = re.compile(r"^[•◦▪‣●○■□–*·\uf0b7\uf0a7]\s+(?=\S)")
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?[-–(]?\s*\d{1,4}\s*[-–)]?(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_ENDS = (".", "!", "?", ":", ";", ",", "…", "。")
_HYPHENED = re.compile(r"(?<=[^\W\d_])-$")
_LIGATURES = str.maketrans(
    {"\xad": "", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st", "\x00": ""}
)


class Locked(Exception):
    """The PDF needs a password."""


class TooLong(Exception):
    """The PDF has more than MAX_PAGES."""


def pages_of(data: bytes) -> list[tuple[int, str]]:
    """The number, counted from 1, and the Markdown of each page with text.

    Raises Locked, TooLong, or any exception of pypdf for a broken file.
    """
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    if len(reader.pages) > MAX_PAGES:
        raise TooLong
    return markdown([_lines(page) for page in reader.pages])


def markdown(printed: list[list[PdfLine]]) -> list[tuple[int, str]]:
    """The number and the Markdown of each page with text.

    Headings are found by the size of their letters and paragraphs by the space around them; words that a line end
    divided are joined."""
    cleared = map(_without_edges, _without_running(printed))
    tables = Tables()
    read = [(number, laid_out(page, tables)) for number, page in enumerate(cleared, 1)]
    numbered = [(number, page) for number, page in read if page]
    if not numbered:
        return []
    pages = [page for _, page in numbered]
    sizes = Counter[float]()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    larger = sorted({size for size in sizes if size >= usual * HEADING_SIZE}, reverse=True)
    levels = {size: min(level, 3) for level, size in enumerate(larger, 1)}
    whole = "\n".join(line.text for page in pages for line in page)
    return [(number, "\n\n".join(_blocks(page, levels, whole))) for number, page in numbered]


# --- From the page to lines -------------------------------------------------------------------------------------
def _lines(page: Any) -> list[PdfLine]:
    lines: list[PdfLine] = []
    pieces: list[str] = []
    places: list[PdfPiece] = []
    place: tuple[float, float] | None = None

    def close() -> None:
        nonlocal place
        text = _SPACE.sub(" ", "".join(pieces).translate(_LIGATURES)).strip()
        if text and place:
            lines.append(PdfLine(_BULLET.sub("- ", text), *place, tuple(places)))
        pieces.clear()
        places.clear()
        place = None

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        nonlocal place
        for number, piece in enumerate(text.split("\n")):
            if number:
                close()
            if piece.strip():
                letters = size * _scale(cm) * _scale(tm)
                place = place or (cm[1] * tm[4] + cm[3] * tm[5] + cm[5], letters)
                said = _SPACE.sub(" ", piece.translate(_LIGATURES)).strip()
                x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
                places.append(PdfPiece(said, x, estimated_width(said, letters)))
            pieces.append(piece)

    page.extract_text(visitor_text=visit)
    close()
    return lines


def _scale(matrix: list[float]) -> float:
    return math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])) or 1.0


def _without_running(pages: list[list[PdfLine]]) -> list[list[PdfLine]]:
    """Remove the line that most pages begin or end with. Two pages are too few to tell, so nothing is removed."""
    for edge in (0, -1):
        edges = Counter(page[edge].text for page in pages if page)
        text, count = edges.most_common(1)[0] if edges else ("", 0)
        if len(pages) > 2 and count >= len(pages) * RUNNING_SHARE:
            pages = [
                _without(page, edge) if page and page[edge].text == text and not _is_in_row(page, edge) else page
                for page in pages
            ]
    return pages


def _is_in_row(page: list[PdfLine], edge: int) -> bool:
    """Whether the first or last line is a cell of a row: a table's header may be repeated at the top of each page."""
    line = page[edge]
    return sum(abs(each.top - line.top) < 1 for each in page) >= ROW_CELLS


def _without_edges(page: list[PdfLine]) -> list[PdfLine]:
    """Remove a page number at the top or bottom; a page with nothing else keeps it."""
    for edge in (0, -1):
        if len(page) > 1 and _PAGE_NUMBER.match(page[edge].text):
            page = _without(page, edge)
    return page


def _without(page: list[PdfLine], edge: int) -> list[PdfLine]:
    return page[1:] if edge == 0 else page[:-1]


# --- From lines to blocks ---------------------------------------------------------------------------------------
def _blocks(page: list[PdfLine], levels: dict[float, int], whole: str) -> list[str]:
    gaps = [abs(one.top - other.top) for one, other in pairwise(page)]
    body = [gap for gap, line in zip(gaps, page[1:], strict=True) if round(line.size, 1) not in levels and gap > 0]
    usual_gap = statistics.median_low(body) if body else 0.0
    columned = is_columned(page)
    full = max(FULL_CHARS, FULL_LINE * max((len(line.text) for line in page if not line.is_table), default=0))
    blocks: list[str] = []
    group: list[PdfLine] = []
    for number, line in enumerate(page):
        level = _level(line, levels)
        is_apart = bool(number and usual_gap and gaps[number - 1] > usual_gap * PARAGRAPH_GAP)
        is_apart = is_apart and not goes_on(page[number - 1], line)
        if group and (level or is_apart or line.is_table):
            blocks.append(_joined(group, _full(group, full, columned), whole))
            group = []
        if line.is_table:
            blocks.append(line.text)
        elif level:
            blocks.append(f"{'#' * level} {line.text}")
        else:
            group.append(line)
    if group:
        blocks.append(_joined(group, _full(group, full, columned), whole))
    return blocks


def _full(group: list[PdfLine], full: float, columned: bool) -> float:
    """The least length of a line that wrapped; in columns, lines are compared with those of their own paragraph."""
    return max(FULL_CHARS, FULL_LINE * max(len(line.text) for line in group)) if columned else full


def _level(line: PdfLine, levels: dict[float, int]) -> int:
    """1 to 3 for a heading, 0 for other lines. Large letters alone make no heading: a whole page may have them."""
    level = 0 if line.is_table else levels.get(round(line.size, 1), 0)
    is_title = len(line.text.split()) <= HEADING_WORDS and any(char.isalpha() for char in line.text)
    return level if is_title and not line.text.endswith((".", ",", ";", "-")) else 0


def _joined(lines: list[PdfLine], full: float, whole: str) -> str:
    """One paragraph or list: a full line continues in the next one, a shorter one ends there."""
    done: list[str] = []
    previous: PdfLine | None = None
    for line in map(_escaped, lines):
        wraps = previous is not None and len(previous.text) >= full and not line.text.startswith("- ")
        if not wraps:
            done.append(line.text)
        elif _HYPHENED.search(done[-1]) and line.text[:1].islower():
            done[-1] = _one_word(done[-1], line.text, whole)
        else:
            done[-1] = f"{done[-1]} {line.text}"
        previous = line
    if len(done) > 1 and not any(text.endswith(_ENDS) for text in done):  # a list without bullets, or rows
        done = [text if text.startswith("- ") else f"- {text}" for text in done]
    return "\n".join(done)


def _escaped(line: PdfLine) -> PdfLine:
    """Escape a line that only looks like a Markdown heading or fence."""
    return replace(line, text=re.sub(r"^(#{1,6}(?=\s)|```|~~~)", r"\\\1", line.text))


def _one_word(before: str, after: str, whole: str) -> str:
    """Join a word that a line end divided. The hyphen stays if the document has that word with a hyphen elsewhere."""
    head = re.split(r"\s", before)[-1]
    tail = re.split(r"\s", after)[0].rstrip(".,;:!?)")
    is_compound = re.search(rf"(?<!\w){re.escape(head + tail)}(?!\w)", whole) or "-" in head[:-1]
    return before + after if is_compound else before[:-1] + after

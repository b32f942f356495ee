"""Finds what stands side by side on a page of a PDF: columns of text, and tables.

Where a piece of text ends is only estimated, so only wide gaps count as gaps. Doubtful tables stay lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# Lengths are in points, or in shares of the letters' size.
LETTER_WIDTH = 0.45  # share of the size; less than usual, so that an estimated end does not hide a gap
PARTING_GAP = 0.6  # share of the size: wider gaps separate two cells; a space between words has a third of it
SAME_PLACE = 4.0  # points by which the beginnings of one column may differ
SAME_LINE = 0.4  # share of the size by which the heights of two pieces of a line may differ
LOOKED_BACK = 8  # lines to look back for the row of a cell: a cell before it may have several lines
SAME_START = 1.5  # points by which pieces that are aligned below one another may differ
MAX_COLUMNS = 14
MIN_BODY_ROWS = 2
LINE_STEP = 1.35  # share of the size between two lines of one cell; it is more between two rows
COLUMN_LINES = 6  # at least so many lines make a text in two columns
COLUMN_OFFSET = 150.0  # points from the left column to the right one; an indented list is less far to the right
COLUMN_CHARS = 24  # average length of the lines of a column, at least
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class PdfPiece:
    """A piece of text and where it is on its line, in points."""

    text: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of a page. `top` is its distance from an edge of the page, `size` the size of its letters, in points."""

    text: str
    top: float
    size: float
    pieces: tuple[PdfPiece, ...] = ()
    is_table: bool = False  # its text is a Markdown table
    parts: tuple[PdfLine, ...] = ()  # the lines side by side that it was joined from


def estimated_width(text: str, size: float) -> float:
    """In points."""
    return len(text.strip()) * LETTER_WIDTH * size


def with_joined_pieces(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Join pieces that have only a space between them, as around a word in bold.

    Pieces that are aligned with pieces of other lines, as in a table, stay apart."""
    starts = Counter(round(piece.x / SAME_START) for line in lines for piece in line.pieces[1:])
    return [replace(line, pieces=_joined(line, starts)) for line in lines]


def _joined(line: PdfLine, starts: Counter[int]) -> tuple[PdfPiece, ...]:
    found: list[PdfPiece] = []
    for piece in line.pieces:
        before = found[-1] if found else None
        at = round(piece.x / SAME_START)
        is_aligned = starts[at] + max(starts[at - 1], starts[at + 1]) >= MIN_BODY_ROWS
        gap = piece.x - (before.x + before.width) if before else 0.0
        if before and -before.width < gap < PARTING_GAP * line.size and not is_aligned:
            width = max(before.width, piece.x + piece.width - before.x)
            found[-1] = PdfPiece(f"{before.text.rstrip()} {piece.text.lstrip()}", before.x, width)
        else:
            found.append(piece)
    return tuple(found)


def with_rows(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Join lines that stand side by side into one row: some programs write each cell of a row as its own line."""
    found: list[PdfLine] = []
    for line in lines:
        beside = next((at for at in range(len(found) - 1, max(-1, len(found) - LOOKED_BACK), -1)
                       if _stands_behind(line, found[at])), None)  # fmt: skip
        if beside is None:
            found.append(line)
            continue
        row = found[beside]
        made = replace(row, text=f"{row.text} {line.text}", pieces=row.pieces + line.pieces)
        found[beside] = replace(made, parts=(*(row.parts or (row,)), line))
    return found


def _stands_behind(line: PdfLine, row: PdfLine) -> bool:
    if not line.pieces or not row.pieces or abs(line.top - row.top) > SAME_LINE * row.size:
        return False
    last = row.pieces[-1]
    return line.pieces[0].x > last.x + last.width


def without_rows(lines: Sequence[PdfLine], before: Sequence[PdfLine]) -> list[PdfLine]:
    """Undo `with_rows` for lines that turned out to be neither a table nor columns; `before` has the original lines."""
    places = {id(line): at for at, line in enumerate(before)}
    found: list[PdfLine] = []
    some: list[PdfLine] = []
    for line in lines:
        if not line.is_table and (line.parts or id(line) in places):
            some += line.parts or (line,)
            continue
        found += [*sorted(some, key=lambda each: places.get(id(each), 0)), line]
        some = []
    return found + sorted(some, key=lambda each: places.get(id(each), 0))


def laid_out(lines: Sequence[PdfLine], tables: Tables) -> list[PdfLine]:
    """The lines of a page in reading order; each table is one line."""
    lines = with_joined_pieces(lines)
    return without_rows(tables.of(in_reading_order(with_rows(lines))), lines)


def in_reading_order(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Where lines run across two columns of text: first all lines of the left column, then those of the right one."""
    found: list[PdfLine] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _is_beside(lines[at], lines[end]):
            end += 1
        if end - at >= COLUMN_LINES and _are_texts(lines[at:end]):
            for side in (0, 1):
                found += [
                    replace(line, text=line.pieces[side].text, pieces=line.pieces[side : side + 1], parts=())
                    for line in lines[at:end]
                ]
        else:
            end = max(end, at + 1)
            found += lines[at:end]
        at = end
    return found


def _is_beside(first: PdfLine, line: PdfLine) -> bool:
    return len(first.pieces) == len(line.pieces) == 2 and all(
        abs(one.x - other.x) < SAME_PLACE for one, other in zip(first.pieces, line.pieces, strict=True)
    )


def _are_texts(lines: Sequence[PdfLine]) -> bool:
    return all(sum(len(line.pieces[side].text) for line in lines) >= COLUMN_CHARS * len(lines) for side in (0, 1))


class Tables:
    """Finds the tables of a document, page by page. A table that continues on the next page keeps its header there."""

    def __init__(self) -> None:
        self._header: list[str] = []

    def of(self, lines: Sequence[PdfLine]) -> list[PdfLine]:
        """The lines of the next page, with each table as one line."""
        found: list[PdfLine] = []
        header, self._header = self._header, []
        at = 0
        while at < len(lines):
            end = _run(lines, at)
            table = _table(lines[at:end], header if not at else []) if end - at >= MIN_BODY_ROWS else None
            if table:
                text, names = table
                found.append(PdfLine(text, lines[at].top, lines[at].size, is_table=True))
                self._header = names if end == len(lines) else []
                at = end
            else:
                found.append(lines[at])
                at += 1
        return found


def _run(lines: Sequence[PdfLine], at: int) -> int:
    """The index behind the last line of a possible table that begins at `at`."""
    if len(lines[at].pieces) < 2:
        return at
    end = at + 1
    second = lines[at].pieces[1].x
    while end < len(lines):
        pieces = lines[end].pieces
        if len(pieces) < 2 and not (len(pieces) == 1 and pieces[0].x > second - SAME_PLACE and _is_next(lines, end)):
            break
        second = min(second, pieces[1].x) if len(pieces) > 1 else second
        end += 1
    return end


def _is_next(lines: Sequence[PdfLine], at: int) -> bool:
    return abs(lines[at - 1].top - lines[at].top) <= LINE_STEP * lines[at].size


def _table(lines: Sequence[PdfLine], header: list[str]) -> tuple[str, list[str]] | None:
    """The Markdown of a table and the names of its columns; None if the lines are no table."""
    columns = _columns(lines)
    if not 2 <= len(columns) <= MAX_COLUMNS:
        return None
    rows = _rows(lines, columns)
    if _is_header(rows[0], len(columns)):
        header, rows = rows[0], rows[1:]
    if len(header) != len(columns) or len(rows) < MIN_BODY_ROWS or not _has_figures(rows):
        return None
    return "\n".join([_line(header), _line(["---"] * len(header)), *map(_line, rows)]), header


def _columns(lines: Sequence[PdfLine]) -> list[tuple[float, float]]:
    """Where each column begins and ends, taken from the lines with a piece in each column; empty if columns overlap."""
    counts = Counter(len(line.pieces) for line in lines)
    width = max((count for count, times in counts.items() if times >= MIN_BODY_ROWS), default=0)
    whole = [line.pieces for line in lines if len(line.pieces) == width]
    columns = [
        (min(pieces[at].x for pieces in whole), max(pieces[at].x + pieces[at].width for pieces in whole))
        for at in range(width)
    ]
    is_apart = all(one[1] <= other[0] + SAME_PLACE for one, other in pairwise(columns))
    return columns if is_apart else []


def _nearest(columns: Sequence[tuple[float, float]], piece: PdfPiece) -> int:
    middle = piece.x + piece.width / 2
    return min(range(len(columns)), key=lambda at: max(columns[at][0] - middle, middle - columns[at][1], 0))


def _rows(lines: Sequence[PdfLine], columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    rows: list[list[str]] = []
    for at, line in enumerate(lines):
        cells = [""] * len(columns)
        for number, piece in enumerate(line.pieces):
            column = number if len(line.pieces) == len(columns) else _nearest(columns, piece)
            cells[column] = f"{cells[column]} {piece.text.strip()}".strip()
        if rows and not cells[0] and _is_next(lines, at):  # the next line of the cells above
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return rows


def _is_header(row: Sequence[str], width: int) -> bool:
    """Whether every column, except maybe the first, has a name without digits."""
    return all(any(map(str.isalpha, cell)) and not _DIGIT.search(cell) for cell in row if cell) and (
        sum(map(bool, row)) >= width - (not row[0])
    )


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    return sum(any(map(_DIGIT.search, row)) for row in rows) * 2 >= len(rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def is_columned(lines: Sequence[PdfLine]) -> bool:
    """Whether a page has a second column of text."""
    starts = [line.pieces[0].x for line in lines if len(line.pieces) == 1]
    return bool(starts) and sum(start > min(starts) + COLUMN_OFFSET for start in starts) >= COLUMN_LINES - 1


def goes_on(one: PdfLine, other: PdfLine) -> bool:
    """Whether a sentence continues from the end of one column at the top of the next."""
    if not one.pieces or not other.pieces or abs(one.pieces[0].x - other.pieces[0].x) < COLUMN_OFFSET:
        return False
    return other.text[:1].islower() and not one.text.endswith((".", "!", "?", ":"))

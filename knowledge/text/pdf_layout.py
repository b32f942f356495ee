"""What of a PDF's page stands side by side: the columns of a text, and tables, whose rows keep their headers.

Where a piece of text ends is estimated, so that only wide gaps part two. What is not surely a table stays as lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

LETTER_WIDTH = 0.45  # of the size of the letters; less than the usual, for estimated ends must not swallow a gap
PARTING_GAP = 0.6  # of the size of the letters: between words there is a third of it
SAME_PLACE = 4.0  # points
SAME_LINE = 0.4  # of the size of the letters, between two pieces of a line
LOOKED_BACK = 8  # lines: a cell of more lines may stand before the next cell of its row
SAME_START = 1.5  # points, between two pieces that begin below one another
MAX_COLUMNS = 14
MIN_BODY_ROWS = 2
LINE_STEP = 1.35  # of the size of the letters: from a line of a cell to its next one, and not to the next row
COLUMN_LINES = 6  # of a text in two columns, at least
COLUMN_OFFSET = 150.0  # points: an indented list begins further left
COLUMN_CHARS = 24  # on the average, on either side
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class PdfPiece:
    """Text that was set at one place of a line."""

    text: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of a page; `top` is its distance from an edge of the page and `size` that of its letters, in points."""

    text: str
    top: float
    size: float
    pieces: tuple[PdfPiece, ...] = ()
    is_table: bool = False  # its text is a table of Markdown
    parts: tuple[PdfLine, ...] = ()  # the lines it was made of, which stand beside one another


def estimated_width(text: str, size: float) -> float:
    return len(text.strip()) * LETTER_WIDTH * size


def with_joined_pieces(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Pieces with no more than the space of a word between them become one: a word in bold is a piece of its own. Not
    where pieces of several lines begin below one another, as in a table."""
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
    """Lines that stand beside one another as one, as the cells of a row do: some programs set each by itself."""
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
    """What is no table and no column after all, line by line as it was `before`."""
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
    """The lines of a page in the order in which they are read, those of a table as one."""
    lines = with_joined_pieces(lines)
    return without_rows(tables.of(in_reading_order(with_rows(lines))), lines)


def in_reading_order(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Two columns that were written line by line across both: first all of the left one, then the right one."""
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
    """Finds the tables of one page after another: one that goes on has the header of the page before."""

    def __init__(self) -> None:
        self._header: list[str] = []

    def of(self, lines: Sequence[PdfLine]) -> list[PdfLine]:
        """The lines of a page, those of a table as one."""
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
    """The end of the lines that may be a table which begins there."""
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
    """The Markdown of a table and the names of its columns; None where the lines are none."""
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
    """From where to where each column goes: by the lines that have a piece in each of them."""
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
    """Words without figures over every column, but for the first."""
    return all(any(map(str.isalpha, cell)) and not _DIGIT.search(cell) for cell in row if cell) and (
        sum(map(bool, row)) >= width - (not row[0])
    )


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    return sum(any(map(_DIGIT.search, row)) for row in rows) * 2 >= len(rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def is_columned(lines: Sequence[PdfLine]) -> bool:
    """Whether part of a page stands in a second column."""
    starts = [line.pieces[0].x for line in lines if len(line.pieces) == 1]
    return bool(starts) and sum(start > min(starts) + COLUMN_OFFSET for start in starts) >= COLUMN_LINES - 1


def goes_on(one: PdfLine, other: PdfLine) -> bool:
    """Whether a sentence goes on from the foot of one column at the head of the next."""
    if not one.pieces or not other.pieces or abs(one.pieces[0].x - other.pieces[0].x) < COLUMN_OFFSET:
        return False
    return other.text[:1].islower() and not one.text.endswith((".", "!", "?", ":"))

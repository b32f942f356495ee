"""Spreadsheets: each sheet under its name, each row with its column names, numbers as the sheet shows them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.spreadsheets.number_format import Show
from knowledge.ingestion.formats.spreadsheets.shown_cells import Place, ShownCells
from knowledge.ingestion.formats.spreadsheets.xls_cells import XlsCells
from knowledge.ingestion.formats.tables import joined_header, pairs, table

MAX_COLUMNS = 200
LOOKED_THROUGH = 15  # rows at the top of a table in which its header is looked for; titles and notes stand above it
FILLED_SHARE = 0.7  # of the widest row: a row with fewer cells is a title or a note, and no header

Rows = list[list[str]]


def read_spreadsheet(data: bytes) -> Extracted:
    """Read XLSX, XLSB, XLS and ODS with calamine. Formulas are their last result; hidden sheets are left out."""
    import python_calamine as calamine

    is_archive = data.startswith(b"PK")
    shown_cells = ShownCells(Archive(data)) if is_archive else ShownCells(None, XlsCells(data))
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise FileRefused("locked") from None
    except (calamine.CalamineError, OSError, ValueError):
        raise FileRefused("damaged") from None
    shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == calamine.SheetVisibleEnum.Visible]
    parts = []
    for name in shown:
        try:
            sheet = book.get_sheet_by_name(name)
            rows = _filled(sheet, shown_cells.of(name), sheet.merged_cell_ranges or shown_cells.merged(name))
        except (calamine.CalamineError, OSError, ValueError):  # of charts
            continue
        if text := sheet_text(rows):
            parts.append(f"## {' '.join(name.split()) or 'Sheet'}\n\n{text}")
    if not parts:
        raise FileRefused("empty")
    return Extracted("", "\n\n".join(parts))


def _filled(sheet: Any, shown: dict[Place, Show], merged: Iterable[tuple[Place, Place]]) -> Rows:
    """The cells as text, with the text of merged cells in each of them."""
    start = sheet.start or (0, 0)
    rows = [
        [_said(value, shown.get((at, column))) for column, value in enumerate(row[:MAX_COLUMNS], start[1])]
        for at, row in enumerate(sheet.iter_rows(), start[0])
    ]
    for (top, left), (bottom, right) in merged:
        if right - left > MAX_COLUMNS or bottom - top > len(rows):
            continue
        value = _at(rows, top - start[0], left - start[1])
        for at in range(top - start[0], bottom - start[0] + 1):
            for column in range(left - start[1], right - start[1] + 1):
                if 0 <= at < len(rows) and 0 <= column < len(rows[at]):
                    rows[at][column] = value
        _say_titles_once(rows, range(top - start[0], bottom - start[0] + 1))
    return rows


def _say_titles_once(rows: Rows, changed: range) -> None:
    """A row with only one merged text is a title: keep the text once."""
    for row in rows[max(0, changed.start) : max(0, changed.stop)]:
        if len({cell for cell in row if cell}) == 1:
            first = next(at for at, cell in enumerate(row) if cell)
            row[first + 1 :] = [""] * (len(row) - first - 1)


def _at(rows: Rows, at: int, column: int) -> str:
    return rows[at][column] if 0 <= at < len(rows) and 0 <= column < len(rows[at]) else ""


def _said(value: Any, show: Show | None = None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if show and isinstance(value, int | float) and (text := show(value)) is not None:
        return text
    if isinstance(value, float):  # as the sheet shows it, not as it is stored: 0.1 + 0.2 is 0.3
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return "" if value is None else str(value).strip()


def sheet_text(rows: Rows) -> str:
    """The tables of a sheet, separated by empty rows, as Markdown. Text above a header becomes lines before it."""
    parts: list[str] = []
    header: list[str] = []
    for block in _parted(rows):
        above, own, body = _with_header(block)
        if not own and header and body and _width(body) <= len(header):
            own = header  # an empty row within one table
        header = own or header
        parts += [" ".join(filter(None, row)) for row in above if any(row)]
        if own and body:
            parts.append(_table(own, body))
        elif body or own:
            parts.append(_without_header([*([own] if own else []), *body]))
    return "\n\n".join(parts)


def _table(header: list[str], body: Rows) -> str:
    width = max(len(header), _width(body))
    header = [*header, *[""] * (width - len(header))]
    kept = [at for at in range(width) if header[at] or any(at < len(row) and row[at] for row in body)]
    return table([header[at] for at in kept], [[row[at] if at < len(row) else "" for at in kept] for row in body])


def _without_header(rows: Rows) -> str:
    width = _width(rows)
    return pairs([list(filter(None, row)) for row in rows]) if width < 3 else table([""] * width, rows)


def _parted(rows: Rows) -> Iterator[Rows]:
    block: Rows = []
    for row in rows:
        if any(row):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _width(rows: Rows) -> int:
    return max((at + 1 for row in rows for at, cell in enumerate(row) if cell), default=0)


def _with_header(block: Rows) -> tuple[Rows, list[str], Rows]:
    """Rows above the header, the header (empty where there is none), rows below it."""
    filled = [sum(map(bool, row)) for row in block]
    for at, row in enumerate(block[:LOOKED_THROUGH]):
        if filled[at] < max(2, FILLED_SHARE * max(filled)):
            continue
        if not _names(row):
            return block[:at], [], block[at:]
        end = at + 1
        while end < len(block) - 1 and _is_above_others(block[end - 1]) and _names(block[end]):
            end += 1
        return block[:at], joined_header(block[at:end]), block[end:]
    return [], [], block


def _is_above_others(row: Sequence[str]) -> bool:
    """Whether a name spans several columns, so that the next row names each."""
    return any(one and one == other for one, other in pairwise(row))


def _names(row: Sequence[str]) -> bool:
    """Whether the cells may be column names: words or years, all different."""
    cells = [cell for cell in row if cell]
    named = [cell for cell in cells if any(char.isalpha() for char in cell) or (len(cell) == 4 and cell.isdigit())]
    return len(named) == len(cells) and all(len(cell) < 100 for cell in cells)

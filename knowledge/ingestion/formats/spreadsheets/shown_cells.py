"""How the cells of a workbook are displayed, which calamine does not say: prices with currency, shares in percent.

XLSX, XLSB and XLS use the codes of their styles, ODS the text of each cell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import FileRefused
from knowledge.ingestion.formats.spreadsheets.number_format import Show, code_of, shower
from knowledge.ingestion.formats.spreadsheets.xls_cells import XlsCells
from knowledge.ingestion.formats.spreadsheets.xlsb_cells import xlsb_cells

Place = tuple[int, int]  # row and column, from 0

MAX_CELLS = 2_000_000  # of one workbook; numbers in further cells are read as they are stored
MAX_REPEATED = 200  # columns that one element of an ODS may stand for, and rows that hold something
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _OdsSheet(NamedTuple):
    shown: dict[Place, Show]
    merged: list[tuple[Place, Place]]


class ShownCells:
    """How numbers are displayed, for each sheet by its name; nothing if that is unknown."""

    def __init__(self, archive: Archive | None, xls: XlsCells | None = None):
        self._archive = archive
        self._xls = xls
        self._left = MAX_CELLS
        self._ods: dict[str, _OdsSheet] | None = None

    def merged(self, sheet: str) -> list[tuple[Place, Place]]:
        """The first and last cell of each merged range of an ODS sheet, which calamine does not report."""
        try:
            return self._of_ods(sheet).merged
        except FileRefused:
            return []

    def of(self, sheet: str) -> dict[Place, Show]:
        """The displayed text, by place, for cells that are displayed differently from how they are stored."""
        archive = self._archive
        if archive is None:
            return dict(self._counted(self._xls.of(sheet))) if self._xls else {}
        try:
            if "content.xml" in archive.names:
                return self._of_ods(sheet).shown
            if "xl/workbook.xml" in archive.names:
                return dict(self._xlsx(archive, sheet))
            if "xl/workbook.bin" in archive.names:
                return dict(self._counted(xlsb_cells(archive, sheet)))
        except (FileRefused, ValueError, KeyError, IndexError):  # the numbers themselves are readable
            pass
        return {}

    def _counted(self, cells: Iterator[tuple[Place, Show]]) -> Iterator[tuple[Place, Show]]:
        for cell in islice(cells, self._left):
            self._left -= 1
            yield cell

    def _of_ods(self, sheet: str) -> _OdsSheet:
        if self._ods is None:
            is_ods = self._archive is not None and "content.xml" in self._archive.names
            self._ods = _ods_sheets(self._archive) if is_ods and self._archive else {}
        return self._ods.get(sheet) or _OdsSheet({}, [])

    def _xlsx(self, archive: Archive, sheet: str) -> Iterator[tuple[Place, Show]]:
        from lxml import etree

        codes, part = _codes(archive), _part_of(archive, sheet)
        if part is None or not any(codes):
            return
        shows = [shower(code) for code in codes]
        options: Any = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        parsed = etree.iterparse(io.BytesIO(archive.read(part)), events=("end",), tag="{*}c", **options)
        try:
            for _event, cell in parsed:
                self._left -= 1
                if self._left < 0:
                    return
                style = cell.get("s")
                show = shows[int(style)] if style and style.isdigit() and int(style) < len(shows) else None
                place = _place(cell.get("r", ""))
                if show and place:
                    yield place, show
                cell.clear()
        except etree.XMLSyntaxError:
            return


def _codes(archive: Archive) -> list[str]:
    """The code of each style a cell may name; "" for those that say nothing."""
    if "xl/styles.xml" not in archive.names:
        return []
    root = archive.xml("xl/styles.xml")
    own = {_number(each): each.get("formatCode", "") for each in root.iterfind(".//{*}numFmts/{*}numFmt")}
    return [code_of(_number(style), own) for style in root.iterfind("./{*}cellXfs/{*}xf")]


def _number(element: Any) -> int:
    written = element.get("numFmtId", "")
    return int(written) if written.isascii() and written.isdigit() else 0


def _part_of(archive: Archive, sheet: str) -> str | None:
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in archive.xml("xl/_rels/workbook.xml.rels").iterfind("{*}Relationship")
    }
    for each in archive.xml("xl/workbook.xml").iterfind(".//{*}sheet"):
        if each.get("name") == sheet:
            target = targets.get(each.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.names else None
    return None


def _place(reference: str) -> Place | None:
    match = _REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _ods_sheets(archive: Archive) -> dict[str, _OdsSheet]:
    found = archive.xml("content.xml").iterfind(".//{*}spreadsheet/{*}table")
    return {_attribute(table, "name"): _ods_sheet(table) for table in found}


def _ods_sheet(table: Any) -> _OdsSheet:
    at = 0
    sheet = _OdsSheet({}, [])
    for row in table.iter("{*}table-row"):
        times = _times(row, "number-rows-repeated")
        column = 0
        for cell in row:
            name = cell.tag.rpartition("}")[2] if isinstance(cell.tag, str) else ""
            if name not in ("table-cell", "covered-table-cell"):
                continue
            columns = _times(cell, "number-columns-repeated")
            down, right = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                sheet.merged.append(((at, column), (at + down - 1, column + right - 1)))
            if _attribute(cell, "value-type") in ("currency", "percentage", "float"):
                text = " ".join(" ".join("".join(each.itertext()) for each in cell.iterfind("{*}p")).split())
                for row_at in range(at, at + min(times, MAX_REPEATED)) if text else ():
                    for column_at in range(column, column + min(columns, MAX_REPEATED)):
                        sheet.shown[row_at, column_at] = _always(text)
            column += columns
        at += times
    return sheet


def _always(text: str) -> Show:
    return lambda value: text


def _times(element: Any, name: str) -> int:
    written = _attribute(element, name)
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 1


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")

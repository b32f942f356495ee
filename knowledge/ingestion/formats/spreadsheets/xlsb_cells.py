"""How the numbers of an XLSB are displayed. It is an archive like XLSX, with binary records instead of XML.

Only the records for sheets, formats and number styles are read: [MS-XLSB] 2.3 and 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.spreadsheets.number_format import Show, code_of, shower

ROW, REAL_NUMBERS = 0, frozenset((2, 5, 9))  # BrtRowHdr; BrtCellRk, BrtCellReal, BrtFmlaNum
FORMAT, STYLE, BEGIN_STYLES, END_STYLES = 44, 47, 617, 618  # BrtFmt, BrtXF; BrtBeginCellXFs, BrtEndCellXFs
SHEET = 156  # BrtBundleSh


def xlsb_cells(archive: Archive, sheet: str) -> Iterator[tuple[tuple[int, int], Show]]:
    """By row and column, from 0, of each cell that is shown otherwise than it is stored."""
    part = _part_of(archive, sheet)
    shows = [shower(code) for code in _codes(archive)]
    if part is None or not any(shows):
        return
    row = 0
    for kind, body in _records(archive.read(part)):
        if kind == ROW and len(body) >= 4:
            (row,) = struct.unpack_from("<I", body)
        elif kind in REAL_NUMBERS and len(body) >= 8:
            column, style = struct.unpack_from("<II", body)
            style &= 0xFFFFFF  # the last byte has flags
            show = shows[style] if style < len(shows) else None
            if show:
                yield (row, column), show


def _records(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Each record's kind and bytes, up to the first incomplete record."""
    whole, at = memoryview(data), 0
    while at < len(whole):
        kind, at = _packed(whole, at, 2)
        size, at = _packed(whole, at, 4)
        if at + size > len(whole):
            return
        yield kind, whole[at : at + size]
        at += size


def _packed(data: memoryview, at: int, most: int) -> tuple[int, int]:
    """A number with seven bits in each byte, lowest first, and where it ends."""
    value = 0
    for place in range(most):
        if at >= len(data):
            break
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    return value, at


def _text(body: memoryview, at: int) -> tuple[str, int]:
    """A text with its length in front, and where it ends; raises ValueError if it is incomplete."""
    if at + 4 > len(body):
        raise ValueError
    (chars,) = struct.unpack_from("<I", body, at)
    if chars == 0xFFFFFFFF:  # there is none
        return "", at + 4
    end = at + 4 + 2 * chars
    if end > len(body):
        raise ValueError
    return bytes(body[at + 4 : end]).decode("utf-16-le", "replace"), end


def _codes(archive: Archive) -> list[str]:
    """The code of each style a cell may name; "" for those that say nothing."""
    if "xl/styles.bin" not in archive.names:
        return []
    own: dict[int, str] = {}
    styles: list[int] = []
    is_of_cells = False  # the same records before them are of named styles
    for kind, body in _records(archive.read("xl/styles.bin")):
        if kind in (BEGIN_STYLES, END_STYLES):
            is_of_cells = kind == BEGIN_STYLES
        elif kind == FORMAT and len(body) >= 2:
            own[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind == STYLE and is_of_cells and len(body) >= 4:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return [code_of(number, own) for number in styles]


def _part_of(archive: Archive, sheet: str) -> str | None:
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in archive.xml("xl/_rels/workbook.bin.rels").iterfind("{*}Relationship")
    }
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind != SHEET:
            continue
        relation, end = _text(body, 8)
        if _text(body, end)[0] == sheet:
            target = targets.get(relation, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.names else None
    return None

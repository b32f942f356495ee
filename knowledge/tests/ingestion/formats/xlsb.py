"""Makes a workbook in Excel's binary format, with one sheet: [MS-XLSB] 2.1 and 2.4. What it makes calamine reads."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

Cell = str | tuple[float, str] | None  # a text, or a number with the code it is shown by
FIRST_OWN = 164  # the numbers below are those of formats that are built in
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


def xlsb(rows: Sequence[Sequence[Cell]], name: str = "Prices") -> bytes:
    codes = sorted({cell[1] for row in rows for cell in row if isinstance(cell, tuple)})
    parts = {
        "xl/workbook.bin": record(131) + record(143) + _named(name) + record(144) + record(132),
        "xl/_rels/workbook.bin.rels": (
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="rId1" Type="{_SHEETS}" Target="worksheets/sheet1.bin"/></Relationships>'
        ).encode(),
        "xl/styles.bin": _styles(codes),
        "xl/worksheets/sheet1.bin": _sheet(rows, codes),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return made.getvalue()


def _named(name: str) -> bytes:
    return record(156, struct.pack("<II", 0, 1) + text("rId1") + text(name))


def _styles(codes: Sequence[str]) -> bytes:
    formats = b"".join(record(44, struct.pack("<H", FIRST_OWN + at) + text(code)) for at, code in enumerate(codes))
    named = record(626) + _style(0) + record(627)  # of a named style, whose number no cell means
    of_cells = _style(0) + b"".join(_style(FIRST_OWN + at) for at in range(len(codes)))
    fonts = record(615, struct.pack("<I", len(codes))) + formats + record(616)
    return record(278) + fonts + named + record(617, struct.pack("<I", len(codes) + 1)) + of_cells + record(618)


def _style(number: int) -> bytes:
    return record(47, struct.pack("<HH", 0, number) + bytes(12))


def _sheet(rows: Sequence[Sequence[Cell]], codes: Sequence[str]) -> bytes:
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    filled = b"".join(
        record(0, struct.pack("<I", at) + bytes(21))
        + b"".join(_cell(column, cell, codes) for column, cell in enumerate(row) if cell is not None)
        for at, row in enumerate(rows)
    )
    return record(129) + record(148, size) + record(145) + filled + record(146) + record(130)


def _cell(column: int, cell: Cell, codes: Sequence[str]) -> bytes:
    if isinstance(cell, tuple):
        value, code = cell
        return record(5, struct.pack("<IId", column, codes.index(code) + 1, value))
    return record(6, struct.pack("<II", column, 0) + text(cell or ""))


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, packed = len(body), bytearray()
    while True:
        packed.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return head + bytes(packed) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")

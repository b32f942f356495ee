"""PowerPoint's PPTX: each slide below its title, with its number as the page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import Extracted, FileRefused, page_mark
from knowledge.ingestion.formats.markup import plain_table
from knowledge.ingestion.formats.tables import pairs, table

MAX_SLIDES = 2_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLES = ("title", "ctrTitle")
_LEFT_OUT = ("sldNum", "dt", "ftr", "hdr")  # the same on each slide


def read_pptx(data: bytes) -> Extracted:
    """Titles, texts and tables of the slides in their order; notes are the speaker's and are left out."""
    archive = Archive(data)
    parts = []
    for number, name in enumerate(_slides(archive), 1):
        if number > MAX_SLIDES:
            raise FileRefused("long")
        text = "\n\n".join(_slide(archive.xml(name)))
        if text.strip():
            parts.append(f"{page_mark(number)}\n\n{text}")
    if not parts:
        raise FileRefused("empty")
    return Extracted("", "\n\n".join(parts))


def _slides(archive: Archive) -> Iterator[str]:
    """The parts that hold the slides, as they are shown; hidden ones are left out."""
    relations = {
        relation.get("Id"): relation.get("Target", "") for relation in archive.xml("ppt/_rels/presentation.xml.rels")
    }
    for entry in archive.xml("ppt/presentation.xml").iterfind(".//{*}sldIdLst/{*}sldId"):
        target = relations.get(entry.get(_RELATION), "")
        name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"ppt/{target}")
        if name in archive.names and archive.xml(name).get("show") != "0":
            yield name


def _slide(root: Any) -> Iterator[str]:
    shapes = list(root.iter("{*}sp", "{*}graphicFrame"))
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    for shape in titles:
        if text := " ".join(" ".join(_lines(shape)).split()):
            yield f"## {text}"
    for shape in shapes:
        kind = _placeholder(shape)
        if kind in _TITLES or kind in _LEFT_OUT:
            continue
        if (grid := shape.find(".//{*}tbl")) is not None:
            yield _table(grid)
        elif lines := [line for line in _lines(shape) if line]:
            is_list = len(lines) > 1 and kind is not None
            yield "\n".join(f"- {line}" for line in lines) if is_list else "\n\n".join(lines)


def _placeholder(shape: Any) -> str | None:
    """The kind of placeholder; "body" if it does not say, None for a text box that somebody drew."""
    found = shape.find("./{*}nvSpPr/{*}nvPr/{*}ph")
    return found.get("type", "body") if found is not None else None


def _lines(shape: Any) -> Iterator[str]:
    for paragraph in shape.iterfind(".//{*}txBody/{*}p"):
        yield _text(paragraph)


def _text(paragraph: Any) -> str:
    words = []
    for part in paragraph.iter("{*}t", "{*}br"):
        words.append(part.text or "" if part.tag.endswith("}t") else " ")
    return " ".join("".join(words).split())


def _table(grid: Any) -> str:
    from lxml.etree import Element, SubElement

    made = Element("table")
    has_header = grid.find("./{*}tblPr") is not None and grid.find("./{*}tblPr").get("firstRow") == "1"
    for number, row in enumerate(grid.iterfind("./{*}tr")):
        line = SubElement(made, "tr")
        for cell in row.iterfind("./{*}tc"):
            if cell.get("hMerge") or cell.get("vMerge"):
                continue
            td = SubElement(line, "th" if has_header and not number else "td")
            td.text = " ".join(_text(paragraph) for paragraph in cell.iterfind(".//{*}p"))
            td.set("colspan", cell.get("gridSpan", "1"))
            td.set("rowspan", cell.get("rowSpan", "1"))
    header, rows, _ = plain_table(made)
    return table(header, rows) if header else pairs(rows)

"""OpenDocument texts (ODT): their elements are turned into HTML, which is read like HTML."""

from __future__ import annotations

from typing import Any

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.markup import MAX_SPAN, markdown

MAX_DEPTH = 150
_NAMES = {
    "p": "p",
    "list": "ul",
    "list-item": "li",
    "list-header": "li",
    "table": "table",
    "table-header-rows": "thead",
}
_NAMES |= {"table-row": "tr", "table-cell": "td", "line-break": "br", "section": "div"}
_DROPPED_NAMES = """
annotation covered-table-cell tracked-changes forms sequence-decls variable-decls user-field-decls bookmark
soft-page-break note-citation object image
"""
_DROPPED = frozenset(_DROPPED_NAMES.split())


def read_odt(data: bytes) -> Extracted:
    """Paragraphs, headings, lists, tables and footnotes."""
    from lxml.etree import Element

    archive = Archive(data)
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise FileRefused("locked")
    body = archive.xml("content.xml").find(".//{*}body")
    if body is None:
        raise FileRefused("damaged")
    root = Element("body")
    _copy(body, root, 0)
    return Extracted(_title(archive), markdown(root))


def _title(archive: Archive) -> str:
    if "meta.xml" not in archive.names:
        return ""
    found = archive.xml("meta.xml").find(".//{http://purl.org/dc/elements/1.1/}title")
    return " ".join((found.text or "").split()) if found is not None else ""


def _copy(source: Any, target: Any, depth: int) -> None:
    _append(target, source.text)
    for child in source:
        if isinstance(child.tag, str) and depth < MAX_DEPTH:
            _copy_element(child, target, depth)
        _append(target, child.tail)


def _copy_element(element: Any, target: Any, depth: int) -> None:
    from lxml.etree import SubElement

    name = element.tag.rpartition("}")[2]
    if name in ("s", "tab"):
        _append(target, " ")
    elif name == "h":
        level = _attribute(element, "outline-level")
        _copy(element, SubElement(target, f"h{min(6, max(1, level))}"), depth + 1)
    elif name in _NAMES:
        made = SubElement(target, _NAMES[name])
        for key, put in (("number-columns-spanned", "colspan"), ("number-rows-spanned", "rowspan")):
            if (span := _attribute(element, key)) > 1:
                made.set(put, str(min(span, MAX_SPAN)))
        _copy(element, made, depth + 1)
    elif name not in _DROPPED:
        _copy(element, target, depth + 1)


def _append(target: Any, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _attribute(element: Any, name: str) -> int:
    written = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "1")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 1

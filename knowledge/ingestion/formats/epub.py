"""Electronic books (EPUB): their chapters in order, each a page of HTML."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.markup import markdown

_DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(data: bytes) -> Extracted:
    """The chapters as the book orders them, without its table of contents."""
    archive = Archive(data)
    if "META-INF/encryption.xml" in archive.names and b"EncryptedData" in archive.read("META-INF/encryption.xml"):
        raise FileRefused("locked")
    rootfile = archive.xml("META-INF/container.xml").find(".//{*}rootfile")
    package_name = rootfile.get("full-path", "") if rootfile is not None else ""
    package = archive.xml(package_name)
    folder = posixpath.dirname(package_name)
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    chapters = []
    for entry in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(entry.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        if name in archive.names:
            chapters.append(_chapter(archive.read(name)))
    text = "\n\n".join(filter(None, chapters))
    if not text:
        raise FileRefused("empty")
    found = package.find(f".//{_DC}title")
    return Extracted(" ".join((found.text or "").split()) if found is not None else "", text)


def _chapter(data: bytes) -> str:
    from lxml import etree, html

    if not data.strip():
        return ""
    try:
        tree: Any = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError):
        raise FileRefused("damaged") from None
    body = tree.find("body")
    return markdown(body if body is not None else tree)

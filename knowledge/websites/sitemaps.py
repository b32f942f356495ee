"""Parses sitemaps (sitemaps.org): lists of a site's pages, and lists of such lists, plain or compressed.

A sitemap may decompress to any size, so only `page_program.py` calls this.
"""

from __future__ import annotations

import zlib

from lxml import etree

from knowledge.websites.contents import Sitemap

MAX_BYTES = 50_000_000  # decompressed; what the protocol allows
MAX_ADDRESSES = 50_000
_GZIP = b"\x1f\x8b"


def read(data: bytes) -> Sitemap | None:
    """The addresses that a sitemap lists; None if it is no sitemap."""
    text = _unpacked(data)
    if not text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return _of_lines(text)
    # Entities are not resolved: a few lines of them can expand to gigabytes, or read files of this server.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    kind = etree.QName(root).localname if root is not None and isinstance(root.tag, str) else ""
    if kind not in {"urlset", "sitemapindex"}:
        return None
    found = tuple(
        element.text.strip()
        for element in root.iterfind("./{*}*/{*}loc")
        if isinstance(element.text, str) and element.text.strip()
    )[:MAX_ADDRESSES]
    return Sitemap(pages=found) if kind == "urlset" else Sitemap(sitemaps=found)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(31).decompress(data, MAX_BYTES)
    except zlib.error:
        return b""


def _of_lines(data: bytes) -> Sitemap | None:
    """A sitemap in the form of a plain list of addresses; None if the text is something else."""
    lines = data.decode("utf-8", "replace").split()
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
        return None
    return Sitemap(pages=tuple(lines[:MAX_ADDRESSES]))

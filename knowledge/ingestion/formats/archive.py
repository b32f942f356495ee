"""Opens files that are ZIP archives inside (DOCX, XLSX, PPTX, ODT, EPUB), and refuses ZIP bombs."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from knowledge.ingestion.formats.extracted import FileRefused

MAX_UNPACKED_BYTES = 400 * 1024 * 1024  # of all parts; the sheet of 100,000 rows has 60 MB of XML
MAX_PART_BYTES = 150 * 1024 * 1024  # of one part
MAX_RATIO = 200  # unpacked to packed, of a part over a megabyte; rows that are alike reach 60, nothing but zeros 1,000
MAX_PARTS = 20_000
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG_BYTES = 4096  # declarations stand before the first element

# An unknown way of packing is a RuntimeError too.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError)


class Archive:
    """An archive whose parts are small enough to be read; raises FileRefused where it is broken, locked or a bomb."""

    def __init__(self, data: bytes):
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN:
            raise FileRefused("damaged") from None
        parts = self._zip.infolist()
        self.names = frozenset(part.filename for part in parts)
        if any(part.flag_bits & 1 for part in parts):
            raise FileRefused("locked")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise FileRefused("large")
        for part in parts:
            is_dense = part.file_size > 1024 * 1024 and part.file_size > MAX_RATIO * max(1, part.compress_size)
            if is_dense or part.file_size > MAX_PART_BYTES:
                raise FileRefused("large")

    def read(self, name: str) -> bytes:
        """The bytes of one part; FileRefused when it is missing or damaged."""
        try:
            with self._zip.open(name) as part:
                data = part.read(MAX_PART_BYTES + 1)
        except BROKEN:
            raise FileRefused("damaged") from None
        if len(data) > MAX_PART_BYTES:  # it said it was smaller
            raise FileRefused("large")
        return data

    def has_plain_xml(self) -> bool:
        """Whether no part declares entities: a few lines can expand to gigabytes, and office programs write none."""
        return not any(_ENTITY.search(self._begin(name)) for name in self.names if name.endswith((".xml", ".rels")))

    def xml(self, name: str) -> Any:
        """The root element of a part. Entities are not expanded, and nothing is fetched."""
        return parsed_xml(self.read(name))

    def _begin(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as part:
                return part.read(_PROLOG_BYTES)
        except BROKEN:
            raise FileRefused("damaged") from None


def parsed_xml(data: bytes) -> Any:
    """The root element of untrusted XML."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FileRefused("damaged") from None

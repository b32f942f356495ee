"""Vectors of the demo's pages, shipped with them, so that a new installation need not compute them.

The name of each entry contains everything it was made from (passage, model, format), so that it is never used wrongly.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.text.split import PagePart
from language.embeddings import MODEL_SHA256, TOKENIZER_SHA256

DEMO = Path(__file__).parent / "demo"
FILE = DEMO / "vectors.zip"
DAMAGED = (OSError, zipfile.BadZipFile, zlib.error)  # then they are computed, with the same result
WRITTEN = (2026, 1, 1, 0, 0, 0)  # always the same, so that the same vectors make the same file


def demo_pages() -> list[tuple[str, str]]:
    """Name and text of each page of the demo, in order."""
    texts = [page.read_text("utf-8") for page in sorted(DEMO.glob("*.md"))]
    return [(text.split("\n", 1)[0].lstrip("# "), text) for text in texts]


def name_of(part: PagePart, text_format: int) -> str:
    made_of = [MODEL_SHA256, TOKENIZER_SHA256, text_format, part.title, part.heading, part.text]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def shipped(part: PagePart, text_format: int, file: Path = FILE) -> bytes | None:
    """The stored vectors of a passage, as a chunk keeps them; None for any that is not shipped."""
    name = name_of(part, text_format)
    if name not in _names(file):
        return None
    try:
        with zipfile.ZipFile(file) as packed:
            return packed.read(name)
    except DAMAGED:
        return None


def ship(vectors: Mapping[str, bytes], file: Path = FILE) -> None:
    """Write the file anew with these vectors by name."""
    with zipfile.ZipFile(file, "w") as packed:
        for name in sorted(vectors):
            entry = zipfile.ZipInfo(name, WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, vectors[name], compresslevel=9)
    _names.cache_clear()


@cache
def _names(file: Path) -> frozenset[str]:
    try:
        with zipfile.ZipFile(file) as packed:
            return frozenset(packed.namelist())
    except DAMAGED:
        return frozenset()

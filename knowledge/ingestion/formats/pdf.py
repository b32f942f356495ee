"""PDF, by knowledge/text/pdf_text.py."""

from __future__ import annotations

import re

from knowledge.ingestion.formats.extracted import Extracted, FileRefused, page_mark
from knowledge.text import pdf_text

GLYPH_SHARE = 0.1  # of the characters; a stray sign is no loss, a page of them is
_GLYPH = re.compile(
    r"/(?:g|glyph|cid|uni|index|c|G|C)[0-9A-Fa-f]{1,5}\b|/[A-Za-z]\d{1,4}(?=/)|\(cid:\d+\)|[\ue000-\uf8ff\ufffd]"
)


def read_pdf(data: bytes) -> Extracted:
    """The text of its pages, each with its number where there are several."""
    try:
        pages = pdf_text.pages_of(data)
    except pdf_text.Locked:
        raise FileRefused("locked") from None
    except pdf_text.TooLong:
        raise FileRefused("long") from None
    except MemoryError:
        raise
    except Exception:  # pypdf raises whatever a broken file makes it stumble over
        raise FileRefused("damaged") from None
    if not pages:
        raise FileRefused("pictures")
    if has_glyph_names("\n".join(text for _, text in pages)):
        raise FileRefused("glyphs")
    if len(pages) == 1:
        return Extracted("", pages[0][1])
    return Extracted("", "\n\n".join(f"{page_mark(number)}\n\n{text}" for number, text in pages))


def has_glyph_names(text: str) -> bool:
    """Whether fonts without a table of letters came out as "/gC6/gAF", "(cid:12)" or signs of the private area."""
    names = sum(len(name) for name in _GLYPH.findall(text))
    return names > GLYPH_SHARE * len("".join(text.split()))

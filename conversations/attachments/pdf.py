"""The beginning of a PDF's text, for the model. Like knowledge, it is read in a process of its own, with limits."""

from __future__ import annotations

import io
import logging

from knowledge.ingestion import extract

log = logging.getLogger(__name__)

SECONDS = 8  # a visitor waits; an offer or a data sheet takes less than one
MAX_CHARS = 8_000  # about 2,000 tokens, a quarter of what a request has


def beginning(data: bytes) -> str:
    """ "" if there is no text, the PDF is locked or damaged, or it takes too long. Staff can still open the file."""
    try:
        found = extract.read(io.BytesIO(data), "attached.pdf", seconds=SECONDS)
    except extract.Unreadable as error:
        log.info("an attached PDF of %d bytes was not read: %s", len(data), error)
        return ""
    return found.text[:MAX_CHARS]

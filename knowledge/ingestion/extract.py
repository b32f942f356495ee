"""Reads the text out of a file: plain text in this process, anything else in another process with limits."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from knowledge.ingestion.formats import program
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.plain import read_plain
from knowledge.ingestion.formats.sniffing import is_plain
from knowledge.ingestion.refusals import Unreadable as Unreadable  # what `read` raises
from knowledge.ingestion.refusals import too_large, unreadable
from lib.text import clean

log = logging.getLogger(__name__)

# For the file field of a page; the content decides what a file is.
ACCEPT = ".txt,.md,.markdown,.mdx,.html,.htm,.pdf,.docx,.xlsx,.xls,.xlsb,.ods,.csv,.tsv,.pptx,.odt,.rtf,.epub"

PLAIN_BYTES = 1024 * 1024  # of text read in this process; a larger one may take a second and goes to the other process
READ_S = 30.0  # within a request; a PDF of 1,000 plain pages takes some 10 s
MEMORY_BYTES = 1024**3  # a book takes 200 MB; a file that needs more than this is a bomb
READ_AT_ONCE = 2  # each takes a core and up to MEMORY_BYTES
LOOK_S = 1.0  # how often `goes_on` is asked
COPY_BYTES = 1024 * 1024

_PROGRAM = Path(program.__file__)
_running = threading.BoundedSemaphore(READ_AT_ONCE)


class GivenUp(Exception):
    """The caller does not want the text any more."""


def text_of(data: bytes, name: str = "") -> str:
    """The text of a file in memory; see `read`."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        return read(file, name).text


def read(
    file: IO[bytes] | Any, name: str = "", *, seconds: float = READ_S, goes_on: Callable[[], bool] = lambda: True
) -> Extracted:
    """Title and text of the file called `name`, clean and never empty. Blocks for up to `seconds`.

    `goes_on` is asked every second. Raises Unreadable, or GivenUp once `goes_on` says no.
    """
    with tempfile.TemporaryFile(prefix="salesagent-", buffering=0) as copy:
        size = _copied(file, copy)
        copy.seek(0)
        begin = copy.read(PLAIN_BYTES + 1)
        copy.seek(0)
        try:
            is_here = size <= PLAIN_BYTES and is_plain(begin, name)
            found = _plain(begin) if is_here else _elsewhere(copy, name, seconds, goes_on)
        except FileRefused as refused:
            raise unreadable(refused.cause, name) from None
    text = clean(found.text)
    if not text:
        raise unreadable("empty")
    if len(text) > settings.MAX_DOCUMENT_CHARACTERS:
        raise unreadable("long")
    return Extracted(clean(found.title), text)


def _copied(file: Any, copy: IO[bytes]) -> int:
    """The file on disk, so that the other process reads it and this one needs no memory for it."""
    file.seek(0)
    size = 0
    while piece := file.read(COPY_BYTES):
        size += len(piece)
        if size > settings.MAX_DOCUMENT_SIZE:
            raise too_large()
        copy.write(piece)
    copy.flush()
    return size


def _plain(data: bytes) -> Extracted:
    if not data.strip():
        raise FileRefused("empty")
    return read_plain(data)


def _elsewhere(file: IO[bytes], name: str, seconds: float, goes_on: Callable[[], bool]) -> Extracted:
    until = time.monotonic() + seconds
    while not _running.acquire(timeout=LOOK_S):
        _go_on(goes_on, until)
    try:
        with tempfile.TemporaryFile(prefix="salesagent-") as answer:
            code = _run(file, answer, name, until, goes_on)
            answer.seek(0)
            return _understood(answer.read(), code)
    finally:
        _running.release()


def _run(file: IO[bytes], answer: IO[bytes], name: str, until: float, goes_on: Callable[[], bool]) -> int:
    limits = [max(1, round(until - time.monotonic())), MEMORY_BYTES, settings.MAX_DOCUMENT_CHARACTERS]
    # Isolated (-I): neither the environment nor the working directory changes what it imports.
    command = [sys.executable, "-I", str(_PROGRAM), *map(str, limits), Path(name).name]
    with subprocess.Popen(command, stdin=file, stdout=answer, stderr=subprocess.DEVNULL) as process:  # noqa: S603 our own program
        try:
            while True:
                _go_on(goes_on, until)
                try:
                    return process.wait(min(LOOK_S, max(0.01, until - time.monotonic())))
                except subprocess.TimeoutExpired:
                    continue
        finally:
            process.kill()


def _go_on(goes_on: Callable[[], bool], until: float) -> None:
    if not goes_on():
        raise GivenUp
    if time.monotonic() >= until:
        raise FileRefused("large")


def _understood(answer: bytes, code: int) -> Extracted:
    try:
        found = json.loads(answer)
    except ValueError:  # it was killed by a limit or by a fault in a library
        log.warning("reading a file ended with %s", code)
        raise FileRefused("large") from None
    if cause := found.get("refused"):
        raise FileRefused(cause)
    return Extracted(found["title"], found["text"])

"""Has pages and sitemaps parsed in a process of its own, so that a page that hangs or crashes it harms nothing else.

The process is started for the first page and kept for the next ones, because a start takes half a second of a core.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import math
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings

from knowledge.ingestion.extract import MEMORY_BYTES
from knowledge.websites import page_program
from knowledge.websites.contents import Page, Sitemap

log = logging.getLogger(__name__)

CORE_S = 20  # processor seconds for one page; a manual of 3 MB on one page takes 17, most pages 0.05
READ_S = 30.0  # seconds on the clock for one page, as for files; less than the website's lease, which is renewed before
PAGES_EACH = 300  # pages for one process; its end frees memory that libraries keep
KEPT_S = 30.0  # how long an idle process is kept; the next slice of a reading begins within a second

_PROGRAM = Path(page_program.__file__)
_kept: list[_Process] = []
_lock = threading.Lock()


class TooMuch(Exception):
    """The page takes too long or too much memory to parse."""


class PageReader:
    """Parses pages and sitemaps one after the other. A context manager, for one thread."""

    def __init__(self) -> None:
        self._process: _Process | None = None

    def __enter__(self) -> PageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            _keep(self._process)

    def page(self, data: bytes, url: str, robots_header: str = "", *, may_be_kept: bool = False) -> Page:
        """The contents of a page, see `pages.read`. Raises TooMuch, or RuntimeError if the page cannot be parsed."""
        asked = {"kind": "page", "url": url, "robots": robots_header, "may_be_kept": may_be_kept}
        found = self._read(asked, data)["page"]
        return Page(**{**found, "links": tuple(found["links"])})

    def sitemap(self, data: bytes) -> Sitemap | None:
        """The contents of a sitemap; None if it is none, or cannot be parsed."""
        try:
            found = self._read({"kind": "sitemap"}, data)["sitemap"]
        except (TooMuch, RuntimeError) as error:
            log.warning("a sitemap could not be read: %s", error)
            return None
        return Sitemap(tuple(found["pages"]), tuple(found["sitemaps"])) if found else None

    def _read(self, asked: dict[str, Any], data: bytes) -> dict[str, Any]:
        process = self._process or _take()
        self._process = None
        found = process.read(asked, data)
        if "failed" in found or process.pages >= PAGES_EACH:  # after a failure, memory may be short for the next page
            process.end()
        else:
            self._process = process
        if "failed" in found:
            raise RuntimeError(found["failed"])
        return found


class _Process:
    """One run of the program."""

    def __init__(self) -> None:
        self.pages = 0
        self.kept_until = 0.0
        # -I (isolated): neither this process's environment nor its folder changes what the program imports.
        command = [sys.executable, "-I", str(_PROGRAM), str(MEMORY_BYTES)]
        self._process = subprocess.Popen(  # noqa: S603 our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def read(self, asked: dict[str, Any], data: bytes) -> dict[str, Any]:
        """The program's answer. Raises TooMuch if the program ended without one."""
        to, answers = self._process.stdin, self._process.stdout
        if to is None or answers is None:  # both are pipes
            raise TooMuch
        self.pages += 1
        most = settings.MAX_DOCUMENT_CHARACTERS
        head = json.dumps({**asked, "bytes": len(data), "seconds": CORE_S, "characters": most})
        limit = threading.Timer(READ_S, self._process.kill)
        limit.daemon = True
        limit.start()
        try:
            to.write(head.encode() + b"\n" + data)
            to.flush()
            return dict(json.loads(answers.readline()))
        except (OSError, ValueError):  # a limit ended the program, or a fault in a library
            self.end()
            log.warning("reading a page ended with %s", self._process.returncode)
            raise TooMuch from None
        finally:
            limit.cancel()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # closing fails if the program did not read everything
                if pipe:
                    pipe.close()


def _take() -> _Process:
    """A kept process that still lives, or a new one."""
    with _lock:
        while _kept:
            process = _kept.pop()
            if process.is_alive():
                return process
            process.end()
    return _Process()


def _keep(process: _Process) -> None:
    """Keep the process for the next reader, and end it if none needs it for KEPT_S."""
    with _lock:
        process.kept_until = time.monotonic() + KEPT_S
        _kept.append(process)
    ending = threading.Timer(KEPT_S, lambda: _end_kept(time.monotonic()))
    ending.daemon = True
    ending.start()


@atexit.register
def _end_kept(at: float = math.inf) -> None:
    """End the processes that were not needed until `at` (a time of `time.monotonic`)."""
    with _lock:
        over = [process for process in _kept if process.kept_until <= at]
        for process in over:
            _kept.remove(process)
    for process in over:
        process.end()

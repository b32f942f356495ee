"""A program that parses pages and sitemaps one after the other: `page_program.py MEMORY_BYTES`.

Each request on standard input is a line of JSON, followed by as many bytes as its `bytes` says. Each answer on standard
output is a line of JSON: the contents, or `failed` with the kind of the error. If a limit is exceeded, the program ends
without an answer.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
import time
import traceback
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

BEHIND_ANSWERS = 5  # niceness: answers to visitors get the processor first


def main(memory_bytes: int) -> None:
    from knowledge.ingestion.formats.program import limit_memory

    limit_memory(memory_bytes)
    from knowledge.websites import pages, sitemaps  # noqa: F401  (here, so that no page's time limit pays for it)

    if hasattr(os, "nice"):
        os.nice(BEHIND_ANSWERS)
    logging.disable(logging.CRITICAL)  # libraries log each oddity of a page
    warnings.simplefilter("ignore")
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        data = sys.stdin.buffer.read(asked["bytes"])
        _allow(asked["seconds"])
        sys.stdout.buffer.write(json.dumps(_answer(asked, data)).encode() + b"\n")
        sys.stdout.buffer.flush()


def _allow(seconds: int) -> None:
    """Limit the processor time of this process to so many seconds from now."""
    try:
        import resource
    except ImportError:  # Windows: only the caller's time limit applies
        return
    until = math.ceil(time.process_time()) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))


def _answer(asked: dict[str, Any], data: bytes) -> dict[str, Any]:
    from knowledge.ingestion.formats.program import lacks_memory
    from knowledge.websites import pages, sitemaps

    try:
        if asked["kind"] == "sitemap":
            found = sitemaps.read(data)
            return {"sitemap": asdict(found) if found else None}
        page = pages.read(data, asked["url"], asked["robots"], may_be_kept=asked["may_be_kept"])
    except Exception as error:  # a broken page can make libraries raise anything
        if lacks_memory(error):
            os._exit(1)  # there may be no memory left for anything else either
        at = traceback.extract_tb(error.__traceback__)[-1]
        return {"failed": f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"}
    if len(page.text) > asked["characters"]:
        os._exit(1)  # a cell that spans a million rows makes a huge text of a small page
    return {"page": asdict(page)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))  # with -I, the project's folder is not on the path
    main(int(sys.argv[1]))

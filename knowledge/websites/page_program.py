"""Reads pages and sitemaps one after the other, as a program of its own: `page_program.py MEMORY_BYTES`.

Each comes on standard input as a line of JSON and as many bytes as that says. A line of JSON for each goes to standard
output: what it says, or `failed` with the kind of the error. A limit ends the program without a word.
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

BEHIND_ANSWERS = 5  # niceness: a visitor's answer goes first


def main(memory_bytes: int) -> None:
    from knowledge.ingestion.formats.program import limit_memory

    limit_memory(memory_bytes)
    from knowledge.websites import pages, sitemaps  # noqa: F401  (loading them is no page's time)

    if hasattr(os, "nice"):
        os.nice(BEHIND_ANSWERS)
    logging.disable(logging.CRITICAL)  # libraries tell of each oddity of a page
    warnings.simplefilter("ignore")
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        data = sys.stdin.buffer.read(asked["bytes"])
        _allow(asked["seconds"])
        sys.stdout.buffer.write(json.dumps(_answer(asked, data)).encode() + b"\n")
        sys.stdout.buffer.flush()


def _allow(seconds: int) -> None:
    """So many seconds of a core from now on."""
    try:
        import resource
    except ImportError:  # Windows: only the time limit of the caller holds
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
    except Exception as error:  # libraries raise whatever a broken page makes them stumble over
        if lacks_memory(error):
            os._exit(1)  # it may be short of memory for anything else
        at = traceback.extract_tb(error.__traceback__)[-1]
        return {"failed": f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"}
    if len(page.text) > asked["characters"]:
        os._exit(1)  # a table can say the same a million times
    return {"page": asdict(page)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))  # isolated (-I), it has no folder of the project on its path
    main(int(sys.argv[1]))

"""`python -m bench.websites`: reads a shop of a thousand pages, reads it again, and reads hostile pages.

Without the pauses that a stranger's server is given: what is measured is our work. It runs in a process and with a
database of its own, and without the embedding model, which `bench.intake` measures.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HOSTILE = {
    "5 MB of tags": "<p>" + "<b>a</b>" * 600_000,
    "5 MB of paragraphs": "<p>a" * 1_200_000,
    "a row of 5,000 cells as wide as 1,000": "<table><tr>" + "<td colspan=1000>a" * 5000 + "</table>",
    "900,000 boxes in each other": "<div>" * 900_000 + "hello",
}
BEAT_S = 0.001


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().measure:
        _measure()
        return
    from fakes.site import MAKE_AGENT, site

    with tempfile.TemporaryDirectory() as folder, site(Path(folder), begun_with=MAKE_AGENT, FETCH_PRIVATE="on") as made:
        command = [sys.executable, "-m", "bench.websites", "--measure"]
        subprocess.run(command, env=made.environment, check=True, timeout=3600)


def _measure() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    django.setup()
    from agents.models import Agent
    from fakes.websites.large_shop import LargeShop
    from fakes.websites.website import website
    from knowledge.models import Website
    from knowledge.websites import reading

    reading.PAUSE_S, reading.MAX_PAUSE_S = 0.0, 0.001
    with website() as served:
        shop = LargeShop(served).build()
        row = Website.objects.create(agent=Agent.objects.get(), url=served.url("/"), max_pages=1200)
        for name in ("read", "read again"):
            served.asked.clear(), served.answered.clear()
            _read(row, name, len(shop.texts), served)
    for name, body in HOSTILE.items():
        _hostile(name, body)


def _read(row, name, pages, served) -> None:  # type: ignore[no-untyped-def]
    from knowledge.websites import reading
    from knowledge.websites.fetching import Fetcher

    claimed = reading.claim(row.pk)
    begun, used = time.perf_counter(), time.process_time()
    with Fetcher() as fetcher:
        reading.read(claimed, fetcher)
    reading.release(claimed)
    seconds, core = time.perf_counter() - begun, time.process_time() - used
    row.refresh_from_db()
    asked, same = len(served.asked), served.answered.count(304)
    print(
        f"{name}: {row.get_status_display()}, {pages:,} pages in {seconds:.0f} s, {pages / seconds * 60:,.0f} a minute"
    )
    print(
        f"  {asked:,} requests, {same:,} of them answered with 304; {core / asked * 1000:.1f} ms of a core each here,"
    )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"  with the server of the shop; peak {own / 1024:.0f} MB here and {_reader_mb():.0f} MB in the reader",
        flush=True,
    )


def _reader_mb() -> float:
    """The most memory that the process took which reads pages now; 0 where the system does not say."""
    from knowledge.websites import reader

    for kept in reader._kept:
        status = Path(f"/proc/{kept._process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
    return 0.0


def _hostile(name: str, body: str) -> None:
    """What it costs this process, and how long another thread of it stands still meanwhile."""
    from knowledge.websites.reader import PageReader, TooMuch

    data, is_over, longest = body.encode(), threading.Event(), [0.0]

    def beat() -> None:
        while not is_over.is_set():
            begun = time.perf_counter()
            time.sleep(BEAT_S)
            longest[0] = max(longest[0], time.perf_counter() - begun - BEAT_S)

    beating = threading.Thread(target=beat)
    beating.start()
    begun, used = time.perf_counter(), time.process_time()
    with PageReader() as reader:
        try:
            told = f"read, {len(reader.page(data, 'http://shop.example/').text):,} characters"
        except (TooMuch, RuntimeError) as error:
            told = "given up" if isinstance(error, TooMuch) else "failed"
    seconds, core = time.perf_counter() - begun, time.process_time() - used
    is_over.set()
    beating.join()
    print(f"{name}, {len(data) / 1e6:.1f} MB: {told} after {seconds:.1f} s; {core:.2f} s of a core here, ", end="")
    print(f"another thread waited {longest[0] * 1000:.0f} ms at most", flush=True)


if __name__ == "__main__":
    main()

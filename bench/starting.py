"""`python -m bench.starting`: the first byte of the landing page of a server that has just said it is ready.

Beside it the second and the third request of the same run, which find everything warm.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from fakes.site import SEEDED, Site, site

STARTS = 5
GOAL_MS = 200


def main() -> int:
    rows = []
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), begun_with=SEEDED, RATE_LIMITS="off") as made:
        for _start in range(STARTS):
            begun = time.perf_counter()
            made.start()
            ready_s = time.perf_counter() - begun
            rows.append((ready_s, *(first_byte_ms(made) for _request in range(3))))
            made.stop()
    for ready_s, *bytes_ms in rows:
        print(f"ready after {ready_s:4.1f} s; first byte", ", ".join(f"{ms:6.1f} ms" for ms in bytes_ms))
    first, second = (statistics.median(row[column] for row in rows) for column in (1, 2))
    slowest = max(row[1] for row in rows)
    print(f"median {first:.1f} ms, {first / second:.1f} x the second request; slowest {slowest:.1f} ms")
    print(f"goal: below {GOAL_MS} ms:", "met" if slowest < GOAL_MS else "missed")
    return int(slowest >= GOAL_MS)


def first_byte_ms(made: Site) -> float:
    """From the request to the first byte of the answer, over a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(made.url).netloc, timeout=30)
    begun = time.perf_counter()
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read(1)
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the landing page answered {answer.status}")
    return took


if __name__ == "__main__":
    sys.exit(main())

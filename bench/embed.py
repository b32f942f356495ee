"""`python -m bench.embed`: what an embedded agent costs the page it stands on, beside six public widgets.

Sizes are gzip -9, each file by itself; of ours as a browser loads them, of the others the main bundle of the npm
package (measured 2026-11-28). Needs a Chromium; Lighthouse on the host's page, with the line and without, needs npx.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench.lighthouse import CATEGORIES, report
from fakes.browser import CHROMIUM
from fakes.site import SEEDED, Site, site
from fakes.websites.host import Host, host

PEERS = {
    "open-chat-studio-widget 0.6.0": 51_347,
    "deep-chat 2.4.2": 110_637,
    "@runtypelabs/persona 4.17.0": 169_041,
    "@typebot.io/js 0.10.7": 196_440,
    "flowise-embed 3.1.6": 283_795,
    "@n8n/chat 1.37.0": 456_261,
}
MOST_LOST = 1  # points of Lighthouse that the line may cost
RUNS = 5  # of each page: one alone differs from the next by some points where other programs run
AUDITS = {
    "first paint (ms)": ("first-contentful-paint", 0),
    "largest paint (ms)": ("largest-contentful-paint", 0),
    "blocked (ms)": ("total-blocking-time", 0),
    "shift": ("cumulative-layout-shift", 3),
}
ALLOW = "from agents.models import Agent; Agent.objects.filter(slug='demo').update(hosts=[{url!r}])"
SHIFT = """() => new Promise(done => {
  let sum = 0
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
    .observe({ type: "layout-shift", buffered: true })
  setTimeout(() => done(sum), 500)
})"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-lighthouse", action="store_true", help="sizes alone")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), begun_with=SEEDED, RATE_LIMITS="off") as ours:
        ours.start()
        with host() as shop:
            ours.shell(ALLOW.format(url=shop.url))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                _print_sizes(browser, ours, shop)
                browser.close()
            if options.no_lighthouse or not CHROMIUM or not shutil.which("npx"):
                print("Lighthouse is left out.")
                return 0
            return _print_scores(ours, shop, Path(folder))


def _line(ours: Site) -> str:
    return f'<script async src="{ours.url}/embed.js" data-agent="demo"></script>'


def _print_sizes(browser: Browser, ours: Site, shop: Host) -> None:
    page = browser.new_page()
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    page.goto(shop.page("/", f"<h1>Lamps</h1><p>{'A lamp. ' * 200}</p>{_line(ours)}"))
    page.locator(".launch").wait_for()
    page.wait_for_load_state("networkidle")
    _print_row("before it is opened", _of(came, ours))
    print(f"{'':34} layout shift {page.evaluate(SHIFT):.3f}, cookies {len(page.context.cookies())}")
    page.locator(".launch").press("Enter")
    page.frame_locator("iframe").locator("#panel[data-started]").wait_for()
    page.wait_for_load_state("networkidle")
    _print_row("opened, to write", _of(came, ours))
    for label, path in (("full chat page", "/chat/demo/"), ("landing page", "/")):
        _print_row(label, _alone(browser.new_page(), ours, path))
    for name, size in PEERS.items():
        print(f"{name:34} {size / 1000:6.1f} kB")


def _alone(page: Page, ours: Site, path: str) -> list[Response]:
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    page.goto(f"{ours.url}{path}")
    page.wait_for_load_state("networkidle")
    return _of(came, ours)


def _of(came: Iterable[Response], ours: Site) -> list[Response]:
    return [response for response in came if response.url.startswith(ours.url) and response.status == 200]


def _print_row(label: str, came: list[Response]) -> None:
    sizes: Counter[str] = Counter()
    for response in came:
        suffix = Path(urlsplit(response.url).path).suffix.removeprefix(".") or "html"
        sizes[suffix] += len(gzip.compress(response.body(), 9))
    kinds = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sizes.most_common())
    print(f"{label:34} {sizes.total() / 1000:6.1f} kB in {len(came)} requests: {kinds}")


def _print_scores(ours: Site, shop: Host, folder: Path) -> int:
    """Of the same page without the line and with it, by turns, the medians; 1 when it costs more than MOST_LOST."""
    body = f"<main><h1>Lamps</h1><p>{'A lamp for every desk. ' * 200}</p></main>"
    addresses = {"without": shop.page("/without", body), "with": shop.page("/with", body + _line(ours))}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in addresses}
    for _ in range(RUNS):
        for name, url in addresses.items():
            found[name].append(report(url, str(CHROMIUM), "mobile", folder))
    scores = {name: [_score(reports, category) for category in CATEGORIES] for name, reports in found.items()}
    for name, reports in found.items():
        points = [f"{category} {score}" for category, score in zip(CATEGORIES, scores[name], strict=True)]
        times = [f"{label} {_median(reports, audit):.{digits}f}" for label, (audit, digits) in AUDITS.items()]
        print(f"Lighthouse, mobile, {name:8}", *points, *times, sep="  ")
    lost = max(before - after for before, after in zip(scores["without"], scores["with"], strict=True))
    print(f"goal: at most {MOST_LOST} point less:", "met" if lost <= MOST_LOST else "missed")
    return int(lost > MOST_LOST)


def _score(reports: list[dict[str, Any]], category: str) -> int:
    return round(median(report["categories"][category]["score"] * 100 for report in reports))


def _median(reports: list[dict[str, Any]], audit: str) -> float:
    return median(report["audits"][audit]["numericValue"] for report in reports)


if __name__ == "__main__":
    sys.exit(main())

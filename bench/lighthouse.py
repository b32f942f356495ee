"""Lighthouse on the landing page of a freshly seeded site: `python -m bench.lighthouse`. Needs Node and a Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fakes.site import site

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic"
    " --disable-background-networking --disable-component-update"
)
LIGHTHOUSE = "lighthouse@12"


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium or not shutil.which("npx"):
        print("Lighthouse is left out: it needs Node (npx) and a Chromium.")
        return 0
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), RATE_LIMITS="off") as made:
        made.manage("seed")
        made.start()
        reports = [report(f"{made.url}/", chromium, preset, Path(folder)) for preset in ("mobile", "desktop")]
    failed = False
    for preset, report in zip(("mobile", "desktop"), reports, strict=True):
        scores = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
        failed |= min(scores.values()) < LEAST
        print(f"{preset:8}", *(f"{name} {score}" for name, score in scores.items()), _weight(report), sep="  ")
    print(f"goal: at least {LEAST} each:", "missed" if failed else "met")
    return int(failed)


def report(url: str, chromium: str, preset: str, folder: Path) -> dict:  # type: ignore[type-arg]
    out = folder / f"{preset}.json"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={out}"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--preset=desktop"] if preset == "desktop" else []
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium}, timeout=240)
    return json.loads(out.read_text())  # type: ignore[no-any-return]


def _weight(report: dict) -> str:  # type: ignore[type-arg]
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    weight = sum(item.get("transferSize", 0) for item in requests)
    shift = audits["cumulative-layout-shift"]["numericValue"]
    largest = audits["largest-contentful-paint"]["numericValue"]
    return f"{len(requests)} requests  {weight / 1000:.1f} kB  layout shift {shift:.3f}  largest paint {largest:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())

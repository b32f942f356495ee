"""`python -m bench.search`: how long a question takes with 1,000, 10,000 and 100,000 passages, and in how much memory.

Of each size: the first question after a start, the next ones, and the first after a document was added. On PostgreSQL
when DATABASE_URL says so. `search` alone: whatever a model or the built-in agent makes of what was found comes on top.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.search.report import missed, table
from fakes.site import ROOT, Site, site

SIZES = (1_000, 10_000, 100_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages")
    options = parser.parse_args()
    is_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        for size in options.sizes:
            own = Path(folder) / str(size)
            own.mkdir()
            with site(own) as made:
                print(f"filling with {size:,} passages", file=sys.stderr, flush=True)
                agent_id = made.shell(f"from bench.search.filling import fill; print(fill({size}))")
                found.append(_elsewhere(made, agent_id))
    print("PostgreSQL" if is_postgresql else "SQLite")
    print(table(found))
    failed = missed(found, is_postgresql=is_postgresql)
    print("goals:", "MISSED by " + "; ".join(failed) if failed else "met")
    return int(bool(failed))


def _elsewhere(made: Site, agent_id: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.search.measuring", agent_id]
    done = subprocess.run(command, cwd=ROOT, env=made.environment, capture_output=True, text=True, timeout=3600)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())

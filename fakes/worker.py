"""Which of several processes that share the tests this one is."""

from __future__ import annotations

import os

NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

"""A website whose reading is killed in the middle is read to its end by the next process, and no page twice."""

from __future__ import annotations

import json
import signal
from collections import Counter

import pytest

from fakes.patience import PATIENCE_S, wait_until
from fakes.site import MAKE_AGENT, site
from fakes.websites.website import website

pytestmark = pytest.mark.process

PAGES = 40  # at four a second: long enough to be killed in
LOOK = """
import json
from knowledge.models import Document, Website
urls = list(Document.objects.values_list("url", flat=True))
print(json.dumps([urls, list(Document.objects.values_list("status", flat=True)), Website.objects.get().status]))
"""


def test_a_reading_that_is_killed_is_gone_on_with_and_doubles_nothing(tmp_path):
    with website() as shop, site(tmp_path, begun_with=MAKE_AGENT, FETCH_PRIVATE="on") as made:
        paths = [f"/{number}" for number in range(PAGES)]
        links = "".join(f'<a href="{path}">Lamp</a>' for path in paths)
        shop.page("/", f"<main><h1>Lamps</h1><p>We sell lamps for desks, floors and walls.</p></main>{links}")
        for path in paths:
            shop.page(path, f"<main><h1>Lamp {path}</h1><p>The lamp {path} is for large desks, and is red.</p></main>")
        first = made.begin("read_website", "ada", shop.url("/"))
        wait_until(lambda: len(shop.asked) >= PAGES // 2)

        first.send_signal(signal.SIGKILL)
        first.wait(timeout=PATIENCE_S)
        made.manage("read_website", "ada", shop.url("/"))  # which waits until the lease of the dead one is over

        urls, statuses, status = json.loads(made.shell(LOOK))
        assert len(shop.asked) >= PAGES // 2
        assert sorted(urls) == sorted(shop.url(path) for path in ("/", *paths))
        assert (set(statuses), status) == ({"ready"}, "ready")
        asked = Counter(path for path in shop.paths() if path in paths)
        assert set(asked) == set(paths)
        assert sum(asked.values()) <= PAGES + 1  # but for the one that was under way

"""A site to be read, and a reading of it without the pauses that a stranger's server is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import AgentFactory
from fakes.websites.website import Website as FakeSite
from fakes.websites.website import website as fake_site
from knowledge.models import Website
from knowledge.websites import asked_pages, reading
from knowledge.websites.fetching import Fetcher


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch, settings, without_vectors):
    """Pages may be fetched from this machine, and follow on one another at once. Vectors are not what is tested."""
    settings.FETCH_PRIVATE = True
    monkeypatch.setattr(reading, "PAUSE_S", 0.0)
    monkeypatch.setattr(reading, "MAX_PAUSE_S", 0.001)


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with fake_site() as made:
        made.put("/robots.txt", "User-agent: *\nDisallow: /private", Content_Type="text/plain")
        yield made


@pytest.fixture
def website(site, db) -> Website:
    return Website.objects.create(agent=AgentFactory(), url=site.url("/"))


@pytest.fixture
def read(website) -> Callable[..., Website]:
    """Read the website once through, or until `is_over` says so; its row as it is then."""

    def once(is_over: Callable[[], bool] = lambda: False) -> Website:
        claimed = reading.claim(website.pk)
        assert claimed is not None
        with Fetcher() as fetcher:
            once.rest = reading.read(claimed, fetcher, is_over)
        reading.release(claimed)
        website.refresh_from_db()
        return website

    return once


def read_asked() -> int:
    """Read the pages that were asked for, as a worker does; how many tasks there were."""
    tasks = list(DBTaskResult.objects.filter(queue_name=asked_pages.QUEUE).order_by("enqueued_at"))
    for task in tasks:
        task.delete()
        asked_pages.read_page.call(*task.args_kwargs["args"])
    return len(tasks)

"""A reading is owed by its website's row: by one task at a time, begun again when due, taken up when lost."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from knowledge.models import Document, Website
from knowledge.websites import reading, schedule
from knowledge.websites.schedule import owe, owe_what_is_due, read_now, read_website

pytestmark = pytest.mark.django_db


def tasks() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(queue_name=schedule.QUEUE).order_by("enqueued_at"))


def run(task: DBTaskResult) -> None:
    """As a worker does; what is done once may be done again."""
    read_website.call(*task.args_kwargs["args"])


@pytest.fixture
def shop(site):
    links = "".join(f'<a href="/{number}">Lamp</a>' for number in range(5))
    text = "We sell five lamps, and each of them has a page of its own."
    site.page("/", f"<main><h1>Lamps</h1><p>{text}</p>{links}</main>")
    for number in range(5):
        site.page(f"/{number}", f"<main><h1>Lamp {number}</h1><p>Lamp {number} costs {number} euros here.</p></main>")
    return site


def test_what_is_owed_is_read(shop, website):
    owe(website.pk)

    run(tasks()[0])

    website.refresh_from_db()
    assert (website.status, Document.objects.count(), len(tasks())) == ("ready", 6, 1)
    assert website.last_read_at is not None
    assert timedelta(hours=23) < website.next_read_at - timezone.now() <= timedelta(hours=24)


def test_a_reading_that_takes_longer_is_gone_on_with_by_the_next_task(shop, website, monkeypatch):
    owe(website.pk)
    with monkeypatch.context() as patch:
        patch.setattr(schedule, "SLICE_S", 0.0)
        run(tasks()[0])
    website.refresh_from_db()
    assert (website.status, len(tasks())) == ("reading", 2)

    run(tasks()[1])

    website.refresh_from_db()
    assert website.status == "ready"


def test_a_task_that_runs_twice_reads_once(shop, website):
    owe(website.pk)
    first = tasks()[0]

    run(first)
    asked = len(shop.paths())
    run(first)

    assert len(shop.paths()) == asked


def test_of_two_tasks_the_older_is_void(shop, website):
    owe(website.pk)
    owe(website.pk)
    older, newer = tasks()

    run(older)
    assert not Document.objects.exists()
    run(newer)
    assert Document.objects.exists()


def test_a_server_that_asks_for_time_is_asked_again_then(shop, website):
    shop.put("/", "", status=503, Retry_After="300")
    Website.objects.update(status="reading", reading=1, origin=shop.url("").rstrip("/"))
    website.pages.create(url=shop.url("/"), key="/")
    owe(website.pk)

    run(tasks()[0])

    wait = tasks()[1].run_after - timezone.now()
    assert timedelta(seconds=200) < wait <= timedelta(seconds=300)
    assert owe_what_is_due() == 0
    assert owe_what_is_due(timezone.now() + timedelta(seconds=400)) == 1


def test_what_is_due_is_owed_once(website):
    Website.objects.update(status="ready", next_read_at=timezone.now() - timedelta(seconds=1))

    assert (owe_what_is_due(), owe_what_is_due()) == (1, 0)
    assert len(tasks()) == 1


def test_what_rests_is_not_owed(website):
    Website.objects.update(status="ready", next_read_at=timezone.now() + timedelta(hours=1))
    assert owe_what_is_due() == 0

    Website.objects.update(status="failed", next_read_at=None)
    assert owe_what_is_due() == 0


def test_what_a_dead_process_left_is_owed_again_when_its_lease_is_over(website):
    now = timezone.now()
    Website.objects.update(status="reading", lease_owner="dead", lease_until=now + Website.LEASE)

    assert owe_what_is_due(now) == 0
    assert owe_what_is_due(now + Website.LEASE + timedelta(seconds=1)) == 1


def test_staff_have_it_read_at_once_but_not_while_it_is_read(shop, website):
    Website.objects.update(status="ready", next_read_at=timezone.now() + timedelta(days=1))

    assert read_now(website.pk)
    run(tasks()[0])
    Website.objects.update(status="reading")

    assert not read_now(website.pk)
    assert len(tasks()) == 1


def test_a_website_that_is_only_read_on_request_has_no_next_reading(shop, website):
    Website.objects.update(every_hours=0)
    owe(website.pk)

    run(tasks()[0])

    website.refresh_from_db()
    assert (website.status, website.next_read_at) == ("ready", None)


def test_a_process_that_ends_leaves_the_reading_to_the_next(shop, website):
    owe(website.pk)
    schedule.stopping.set()
    try:
        run(tasks()[0])
    finally:
        schedule.stopping.clear()

    website.refresh_from_db()
    assert (website.status, website.lease_owner, len(tasks())) == ("reading", "", 2)


def test_a_website_that_is_gone_is_no_error(website):
    owe(website.pk)
    Website.objects.all().delete()

    run(tasks()[0])


def test_between_two_pages_the_server_has_a_rest(shop, website, monkeypatch):
    monkeypatch.setattr(reading, "PAUSE_S", 0.1)
    monkeypatch.setattr(reading, "MAX_PAUSE_S", 5.0)
    owe(website.pk)

    began = time.monotonic()
    run(tasks()[0])

    assert time.monotonic() - began >= 0.6  # seven pages, the sitemap among them

"""A page that was added by its address is read again at its times, and tried again while its server has an error."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from fakes.site import free_port
from knowledge.models import Document, PageToRead
from knowledge.search import search
from knowledge.tests.websites.conftest import read_asked
from knowledge.websites import asked_pages, single_pages
from knowledge.websites.asked_pages import add, owe_what_is_due, read_again, read_every
from knowledge.websites.keeping import MISSES

pytestmark = pytest.mark.django_db
PAGE = "<main><h1>Brook 90</h1><p>The Brook 90 is a lamp for large desks. It costs 240 euros.</p></main>"
SOON = timedelta(minutes=1)
DAY = timedelta(hours=24)


@pytest.fixture
def document(site, agent) -> Document:
    """A page that was read."""
    site.page("/brook", PAGE)
    made = add(agent.pk, site.url("/brook"))
    assert made is not None
    read_asked()
    return stored()


def stored() -> Document:
    return Document.objects.get()


def read_when_due(hours: int = 24) -> int:
    """Read what is due by then; how many pages those were."""
    owed = owe_what_is_due(timezone.now() + timedelta(hours=hours) + SOON)
    read_asked()
    return owed


def wait_of(task: DBTaskResult) -> int:
    """In seconds; a task that is to run at once names the end of time."""
    return 0 if task.run_after.year == 9999 else round((task.run_after - task.enqueued_at).total_seconds())


def waits() -> list[int]:
    """How long each try waits, in seconds, until the page is given up or read."""
    found = []
    while PageToRead.objects.exists():
        found.append(wait_of(DBTaskResult.objects.get()))
        read_asked()
    return found


def test_a_page_is_read_again_once_a_day_and_answered_from_as_it_is_then(site, document):
    assert timedelta(0) <= timezone.now() + DAY - document.next_read_at < SOON
    site.page("/brook", PAGE.replace("240", "260"))

    assert owe_what_is_due(timezone.now() + DAY - SOON) == 0
    assert read_when_due() == 1

    assert "260 euros" in search(document.agent_id, "What does the Brook 90 cost?", 1)[0].text
    assert stored().last_read_at > document.last_read_at
    assert stored().next_read_at > document.next_read_at
    assert owe_what_is_due() == 0


def test_a_page_that_did_not_change_is_neither_sent_nor_indexed_again(site, document):
    read_when_due()

    assert site.answered == [200, 304]
    assert (stored().updated_at, stored().is_owed, stored().error) == (document.updated_at, False, "")


def test_two_processes_that_look_at_once_owe_one_reading(document):
    at = timezone.now() + DAY + SOON

    assert (owe_what_is_due(at), asked_pages._owe_scheduled(at)) == (1, 0)
    assert DBTaskResult.objects.count() == 1


def test_a_page_is_read_as_often_as_was_said_and_never_by_itself_with_0(site, agent):
    site.page("/brook", PAGE)
    add(agent.pk, site.url("/brook"), every_hours=2)
    read_asked()

    assert read_when_due(hours=2) == 1
    read_every(stored(), 0)
    assert read_when_due(hours=10_000) == 0
    assert stored().next_read_at is None


def test_who_names_a_known_page_leaves_its_schedule_unless_they_say_another(site, document):
    read_every(document, 0)

    add(document.agent_id, document.url)
    assert stored().every_hours == 0
    add(document.agent_id, document.url, every_hours=3)
    assert stored().every_hours == 3


def test_who_names_a_page_does_not_wait_for_those_whose_time_has_come(site, agent, document):
    owe_what_is_due(timezone.now() + DAY + SOON)
    add(agent.pk, site.url("/other"))

    named, due = DBTaskResult.objects.order_by("-priority")

    assert named.priority > due.priority
    assert due.args_kwargs["args"][0] == str(document.pk)


def test_no_more_pages_are_owed_at_once_than_are_worked_through(agent, monkeypatch):
    monkeypatch.setattr(asked_pages, "DUE_AT_ONCE", 2)
    for number in range(3):
        url = f"http://a.example/{number}"
        Document.objects.create(agent=agent, name=url, url=url, is_owed=False, next_read_at=timezone.now())

    assert (owe_what_is_due(), owe_what_is_due()) == (2, 0)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_servers_error_is_tried_again_with_growing_waits_and_then_told(site, agent, status):
    site.put("/brook", "", status=status)
    add(agent.pk, site.url("/brook"))

    read_asked()
    waiting = stored()
    found = waits()

    assert (waiting.status, str(status) in waiting.error) == ("pending", True)
    assert waiting.next_read_at > timezone.now()
    assert found == sorted(found)
    assert len(set(found)) == len(single_pages.WAITS_S)
    assert (stored().status, str(status) in stored().error) == ("failed", True)
    assert site.paths() == ["/brook"] * (1 + len(single_pages.WAITS_S))


def test_a_server_that_cannot_be_reached_is_tried_again(site, agent):
    add(agent.pk, f"http://127.0.0.1:{free_port()}/")

    read_asked()

    assert (stored().status, stored().error) == ("pending", "The server cannot be reached.")
    assert PageToRead.objects.get().is_put_off


def test_a_page_that_comes_back_is_read_by_itself(site, agent):
    site.put("/brook", "", status=503)
    add(agent.pk, site.url("/brook"))
    read_asked()

    site.page("/brook", PAGE)
    read_asked()

    assert (stored().status, stored().error) == ("ready", "")
    assert timezone.now() + DAY - stored().next_read_at < SOON


def test_a_server_is_left_alone_as_long_as_it_asks_for(site, agent):
    site.put("/brook", "", status=503, Retry_After="1800")
    add(agent.pk, site.url("/brook"))
    read_asked()

    assert DBTaskResult.objects.get().run_after - timezone.now() > timedelta(minutes=29)


@pytest.mark.parametrize("status", [403, 404])
def test_what_waiting_does_not_mend_is_told_at_once(site, agent, status):
    site.put("/brook", "", status=status)
    add(agent.pk, site.url("/brook"))

    read_asked()

    assert (stored().status, PageToRead.objects.count()) == ("failed", 0)


def test_an_error_at_its_time_never_replaces_the_last_text(site, document):
    site.put("/brook", "", status=500)
    read_when_due()
    waits()

    assert "500" in stored().error
    assert "240 euros" in search(document.agent_id, "What does the Brook 90 cost?", 1)[0].text


def test_a_page_that_is_put_off_is_not_found_lost_and_read_too_early(site, agent):
    site.put("/brook", "", status=500)
    add(agent.pk, site.url("/brook"))
    read_asked()

    assert owe_what_is_due(timezone.now() + asked_pages.PATIENCE) == 0
    assert owe_what_is_due(timezone.now() + asked_pages.PATIENCE + SOON) == 1


def test_who_presses_read_again_does_not_wait_for_the_next_try(site, agent):
    site.put("/brook", "", status=500)
    document = add(agent.pk, site.url("/brook"))
    read_asked()

    read_again(document)

    owed = DBTaskResult.objects.order_by("enqueued_at").last()
    assert (owed.args_kwargs["args"][1], wait_of(owed)) == (PageToRead.objects.get().task_id, 0)


def test_a_page_that_is_not_found_at_three_times_is_gone_until_it_is_back(site, document):
    del site.answers["/brook"]
    for _time in range(MISSES - 1):
        read_when_due(hours=100)
    assert search(document.agent_id, "What does the Brook 90 cost?", 1)

    read_when_due(hours=100)
    assert stored().gone_at
    assert not search(document.agent_id, "What does the Brook 90 cost?", 1)

    site.page("/brook", PAGE)
    read_when_due(hours=100)
    assert stored().gone_at is None
    assert "240 euros" in search(document.agent_id, "What does the Brook 90 cost?", 1)[0].text


def test_who_looks_several_times_for_a_page_that_is_not_there_does_not_make_it_gone(site, document):
    del site.answers["/brook"]
    for _time in range(MISSES + 1):
        read_again(document)
        read_asked()

    assert (stored().gone_at, stored().status) == (None, "ready")


def test_a_process_that_is_killed_between_two_tries_loses_none(site, agent):
    site.put("/brook", "", status=500)
    add(agent.pk, site.url("/brook"))
    read_asked()
    DBTaskResult.objects.all().delete()
    site.page("/brook", PAGE)

    owe_what_is_due(timezone.now() + asked_pages.PATIENCE + SOON)
    read_asked()

    assert stored().status == "ready"

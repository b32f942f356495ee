"""A page that somebody named is read by one task, whatever ends the processes that work on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import AgentFactory
from knowledge.models import Document, PageToRead
from knowledge.tests.factories import DocumentFactory
from knowledge.tests.websites.conftest import read_asked
from knowledge.websites import asked_pages, single_pages
from knowledge.websites.adding import CannotAdd
from knowledge.websites.asked_pages import PATIENCE, add, owe_what_is_due
from salesagent.serving.worker import MAX_RUN, tend

pytestmark = pytest.mark.django_db
PAGE = "<main><h1>Brook 90</h1><p>The Brook 90 is a lamp for large desks. It costs 240 euros.</p></main>"


@pytest.fixture
def document(site, agent) -> Document:
    site.page("/brook", PAGE)
    made = add(agent.pk, site.url("/brook"))
    assert made is not None
    return made


def claimed(document: Document, at=None) -> PageToRead | None:
    """As a process takes it that may be killed at once."""
    owed = PageToRead.objects.get(document=document)
    return single_pages.claim(document.pk, owed.task_id, at or timezone.now())


def test_the_row_and_its_task_are_stored_together_and_gone_when_it_is_read(document):
    assert DBTaskResult.objects.get().queue_name == asked_pages.QUEUE

    read_asked()

    document.refresh_from_db()
    assert document.status == Document.Status.READY
    assert not PageToRead.objects.exists()


@pytest.mark.parametrize("url", ["", "brook", "https://a.example/" + "x" * 1000, "https://a.example/" + "{" * 400])
def test_what_is_no_address_or_too_long_a_one_when_it_is_kept_is_never_that_of_an_uploaded_file(agent, url):
    DocumentFactory(agent=agent)

    with pytest.raises(CannotAdd):
        add(agent.pk, url)

    assert Document.objects.get().url == ""
    assert not PageToRead.objects.exists()


def test_a_page_that_is_being_read_is_not_read_by_another_process(document):
    assert claimed(document) is not None

    assert claimed(document) is None


def test_what_a_killed_process_left_is_read_by_the_next_one(site, document):
    claimed(document)
    long_ago = timezone.now() - MAX_RUN - timedelta(seconds=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago, worker_ids=["1"])
    PageToRead.objects.update(lease_until=long_ago + PageToRead.LEASE)

    tend()
    assert DBTaskResult.objects.get().status == "READY"
    read_asked()

    document.refresh_from_db()
    assert (document.status, site.paths()) == ("ready", ["/brook"])


def test_a_lost_task_is_owed_again_and_the_lost_one_is_void(document):
    lost = PageToRead.objects.get().task_id
    DBTaskResult.objects.all().delete()
    later = timezone.now() + PATIENCE + timedelta(seconds=1)

    assert (owe_what_is_due(), owe_what_is_due(later), owe_what_is_due()) == (0, 1, 0)
    assert single_pages.claim(document.pk, lost, timezone.now()) is None
    assert read_asked() == 1
    document.refresh_from_db()
    assert document.status == Document.Status.READY


def test_a_page_that_ends_every_process_is_given_up_with_words(site, document):
    at = timezone.now()
    for again in range(single_pages.MAX_TRIES):
        claimed(document, at + again * (PageToRead.LEASE + timedelta(seconds=1)))
    PageToRead.objects.update(lease_until=None)

    read_asked()

    document.refresh_from_db()
    assert (document.status, site.paths()) == ("failed", [])
    assert "ended several times" in document.error


def test_a_reading_that_comes_late_stores_nothing(site, document):
    slow = claimed(document)
    owe_what_is_due(timezone.now() + PATIENCE + timedelta(seconds=1))  # its process was taken for dead
    read_asked()
    site.page("/brook", PAGE.replace("240", "999"))

    single_pages.keep(slow, single_pages.read(slow), timezone.now())

    document.refresh_from_db()
    assert "240 euros" in document.text


def test_a_document_deleted_while_its_page_is_read_stays_away(document):
    page = claimed(document)
    Document.objects.all().delete()

    single_pages.keep(page, single_pages.read(page), timezone.now())

    assert not Document.objects.exists()


def test_a_page_of_an_agent_that_is_gone_is_not_kept(site):
    agent = AgentFactory()
    agent_id = agent.pk
    agent.delete()

    assert add(agent_id, site.url("/brook")) is None
    assert not Document.objects.exists()


def test_a_page_that_no_parser_survives_says_so_and_is_read_later(document, monkeypatch):
    def breaks(fetched):
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr(single_pages, "_of", breaks)
        read_asked()
    document.refresh_from_db()
    assert (document.status, document.error) == ("failed", "This page could not be read; the log has the cause.")

    asked_pages.read_again(document)
    read_asked()

    document.refresh_from_db()
    assert document.status == Document.Status.READY

"""A document is indexed once, by one process at a time, within limits; whatever ends the work, it is done at last."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from access import keys
from agents.tests.factories import AgentFactory, SuperuserFactory
from fakes.patience import PATIENCE_S
from knowledge import indexer, indexing
from knowledge.indexer import INLINE_CHARS, Indexer, index_next, see_to
from knowledge.indexing import MAX_TAKEOVERS, claim, index
from knowledge.models import Document
from knowledge.search import search
from knowledge.tests.factories import DocumentFactory
from lib.database import in_database

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_vectors")]
LONG = "\n\n".join(f"# Lamp {number}\n\nLamp {number} costs {number} dollars." for number in range(400))
assert len(LONG) > INLINE_CHARS


def stored(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def test_a_document_is_claimed_once():
    document = DocumentFactory()
    now = timezone.now()

    assert claim(now).document_id == document.pk
    assert claim(now) is None


def test_what_a_dead_process_left_is_taken_over_when_its_lease_is_over():
    document = DocumentFactory()
    first = claim(timezone.now())

    second = claim(timezone.now() + Document.LEASE + timedelta(seconds=1))
    index(second)
    index(first)  # it was only frozen, and comes back

    assert stored(document).status == Document.Status.READY
    assert document.chunks.count() == 1


def test_an_interrupted_document_is_another_process_to_take_at_once():
    document = DocumentFactory(text=LONG)

    index(claim(timezone.now()), lambda: True)

    assert (stored(document).status, stored(document).is_owed) == ("pending", True)
    assert claim(timezone.now()).is_hopeless is False


def test_a_document_that_ends_every_process_is_given_up_with_words():
    document = DocumentFactory()
    now = timezone.now()
    for again in range(MAX_TAKEOVERS + 2):  # the first one is no takeover
        last = claim(now + again * (Document.LEASE + timedelta(seconds=1)))

    index(last)

    assert stored(document).status == Document.Status.FAILED
    assert "ended several times" in stored(document).error
    assert not stored(document).is_owed


def test_indexing_ends_at_its_limit_of_time():
    document = DocumentFactory(text=LONG)
    hours = itertools.count(step=7200)

    index(claim(timezone.now()), clock=lambda: next(hours))

    assert stored(document).status == Document.Status.FAILED
    assert "not done after 60 minutes" in stored(document).error


def test_a_document_of_too_many_passages_is_refused(settings):
    settings.MAX_DOCUMENT_PASSAGES = 100
    document = DocumentFactory(text=LONG)

    assert index_next()

    assert stored(document).status == Document.Status.FAILED
    assert "at most 100" in stored(document).error


def test_a_text_that_changes_while_it_is_indexed_is_indexed_as_it_is_then():
    document = DocumentFactory()
    old = claim(timezone.now())
    document.text = "A Brook 90 costs $9."
    document.change_text()
    document.save()

    index(old)
    index_next()

    assert [chunk.text for chunk in document.chunks.all()] == ["A Brook 90 costs $9."]


def test_a_document_that_is_indexed_again_is_searched_meanwhile():
    document = DocumentFactory()
    assert index_next()
    indexing.owe(document)
    claim(timezone.now())

    assert stored(document).is_owed
    assert search(document.agent_id, "What does a Brook 90 cost?", 3)


def test_a_document_deleted_while_it_is_indexed_stays_away():
    document = DocumentFactory()
    claimed = claim(timezone.now())
    document.delete()

    index(claimed)

    assert not Document.objects.exists()


def test_a_small_document_is_ready_at_once_and_a_long_one_is_left_to_the_indexer():
    small, long = DocumentFactory(), DocumentFactory(text=LONG)

    see_to(small)
    see_to(long)

    assert (small.status, small.progress) == ("ready", 1)
    assert (long.status, long.progress) == ("pending", 0)


def test_while_somebody_indexes_at_once_others_leave_theirs_to_the_indexer():
    document = DocumentFactory()

    with indexer._inline:
        see_to(document)

    assert document.status == "pending"


@pytest.mark.django_db(transaction=True)
async def test_the_indexer_works_through_what_is_owed_and_takes_up_new_work_when_woken():
    first = await in_database(DocumentFactory)(text=LONG)
    worker = Indexer(look_s=60)
    worker.begin()
    try:
        await ready(first)
        second = await in_database(DocumentFactory)(text=LONG)
        await in_database(see_to)(second)
        await ready(second)
    finally:
        await worker.drain()


@pytest.mark.django_db(transaction=True)
async def test_a_drained_indexer_begins_nothing_new():
    worker = Indexer(look_s=0.01)
    worker.begin()
    await worker.drain()
    document = await in_database(DocumentFactory)()

    await asyncio.sleep(0.1)

    assert (await in_database(stored)(document)).lease_owner == ""
    assert (await in_database(stored)(document)).status == "pending"


async def ready(document: Document) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while (await in_database(stored)(document)).status != "ready":  # noqa: ASYNC110 the row tells nobody
            await asyncio.sleep(0.02)


def test_an_upload_of_a_long_text_is_accepted_and_says_how_far_it_is(client):
    agent, (_key, raw) = AgentFactory(), keys.create("Test")
    headers = {"Authorization": f"Bearer {raw}"}
    file = SimpleUploadedFile("lamps.md", LONG.encode())

    made = client.post(f"/api/agents/{agent.pk}/documents", {"file": file}, headers=headers)
    index_next()
    later = client.get(f"/api/documents/{made.json()['id']}", headers=headers).json()

    assert (made.status_code, made.json()["status"], made.json()["progress"]) == (201, "pending", 0)
    assert (later["status"], later["progress"], later["chunk_count"]) == ("ready", 1, 400)


def test_a_failed_document_can_be_indexed_again_through_the_api(client):
    document, (_key, raw) = DocumentFactory(status="failed", error="broken", is_owed=False), keys.create("Test")

    response = client.post(f"/api/documents/{document.pk}/index", headers={"Authorization": f"Bearer {raw}"})

    assert (response.status_code, response.json()["status"], response.json()["error"]) == (202, "ready", "")


def test_staff_see_how_far_a_document_is_and_index_it_again_from_its_page(client):
    client.force_login(SuperuserFactory())
    document = DocumentFactory(text=LONG)
    Document.objects.update(progress=0.4, lease_until=timezone.now() + timedelta(seconds=9), lease_owner="x")
    page = f"/admin/knowledge/document/{document.pk}/change/"

    assert "Being indexed: 40 %" in client.get("/admin/knowledge/document/").content.decode()
    assert "Being indexed: 40 %" in client.get(page).content.decode()
    told = client.post(f"/admin/knowledge/document/{document.pk}/index/", follow=True).content.decode()

    assert "1 document is being indexed" in told
    assert stored(document).lease_owner == ""

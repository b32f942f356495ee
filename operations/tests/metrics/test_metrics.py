"""What Prometheus reads: what an operator needs, with labels of which there is an end."""

import asyncio
from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from conversations.models import Session
from conversations.tests.factories import SessionFactory
from knowledge.models import Document
from lib.database import with_fresh_connection
from lib.figures import MAX_SERIES, OTHER, Spread, Tally
from operations.metrics.stored import stored
from operations.tests.asking import ask
from salesagent.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)


async def figures():
    """Every sample of the page, by name and labels."""
    status, headers, body = await ask("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


def of(found, name, **labels):
    return found.get((name, *sorted(labels.items())), 0)


async def test_requests_are_counted_by_kind_and_status_and_not_by_address():
    before = await figures()

    await ask("/api/agents")
    await ask("/nowhere/at/all")
    await ask("/also/nowhere", method="BREW")

    after = await figures()
    for labels in (
        {"kind": "api", "method": "GET", "status": "401"},
        {"kind": "page", "method": "GET", "status": "404"},
        {"kind": "page", "method": "other", "status": "404"},
    ):
        name = "salesagent_requests_total"
        assert of(after, name, **labels) - of(before, name, **labels) == 1
    assert not any("nowhere" in str(key) for key in after)
    assert of(after, "salesagent_open_requests", kind="page") == 0


async def test_strangers_are_told_nothing():
    status, _, body = await ask("/metrics", client=("203.0.113.9", 1))

    assert status == 403
    assert "salesagent_" not in body


async def test_a_socket_is_open_as_long_as_it_lasts(agent):
    socket = WebsocketCommunicator(application, "/socket", headers=[(b"host", b"testserver")])

    connected, _ = await socket.connect()
    assert connected
    assert of(await figures(), "salesagent_open_sockets", kind="json") == 1
    await socket.disconnect()

    assert of(await figures(), "salesagent_open_sockets", kind="json") == 0


async def test_what_waits_is_told_with_its_age(agent):
    def wait():
        SessionFactory(
            agent=agent, speaker=Session.Speaker.WAITING, waiting_since=timezone.now() - timedelta(minutes=2)
        )
        Document.objects.create(agent=agent, name="broken", status=Document.Status.FAILED)

    await asyncio.to_thread(with_fresh_connection(wait))

    found = await figures()

    assert of(found, "salesagent_database_up") == 1
    assert of(found, "salesagent_handovers_waiting") == 1
    assert 119 < of(found, "salesagent_handovers_oldest_seconds") < 600
    assert of(found, "salesagent_documents", state="failed") == 1
    assert of(found, "salesagent_tasks", state="failed") == 0


async def test_the_process_tells_its_memory():
    found = await figures()

    assert of(found, "process_resident_memory_bytes") > 10_000_000


async def test_gathering_takes_as_many_queries_however_much_there_is(agent, django_assert_max_num_queries):
    def read():
        with django_assert_max_num_queries(7):
            return list(stored(timezone.now()))

    await asyncio.to_thread(with_fresh_connection(read))


def test_values_without_end_are_counted_together():
    tally = Tally("salesagent_test_of_bounds", "For a test", ["value"])
    for number in range(MAX_SERIES * 2):
        tally.add(str(number))

    counts = tally.counts()

    assert len(counts) == MAX_SERIES + 1
    assert counts[OTHER,] == MAX_SERIES


def test_seconds_lie_in_their_buckets():
    spread = Spread("salesagent_test_of_buckets", "For a test", bounds=(1, 2))
    for seconds in (0.5, 1, 1.5, 7):
        spread.add(seconds)

    assert spread.counts() == {(): ([2, 1, 1], 10.0)}

"""What a load balancer is told: that the process lives, and whether it can take visitors."""

import asyncio
import json

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from conversations.replies.runs import runs
from lib.database import with_fresh_connection
from operations import readiness
from operations.tests.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _every_look_is_a_new_one(monkeypatch):
    monkeypatch.setattr(readiness, "KEPT_S", 0.0)


async def test_a_site_with_all_it_needs_is_ready():
    status, _, body = await ask("/readyz", host="10.1.2.3")

    found = json.loads(body)
    assert (status, found["status"]) == (200, "ready")
    assert set(found["checks"].values()) == {"ok"}
    assert {"database", "migrations"} <= set(found["checks"])


async def test_a_migration_that_is_missing_is_counted_and_no_more_is_told():
    recorder = MigrationRecorder(connection)
    await _in_thread(recorder.record_unapplied, "conversations", "0001_initial")
    try:
        status, _, body = await ask("/readyz")
    finally:
        await _in_thread(recorder.record_applied, "conversations", "0001_initial")

    assert status == 503
    assert json.loads(body)["checks"]["migrations"] == "1 not applied; run manage.py migrate"


async def test_redis_that_is_away_makes_it_not_ready_and_no_host_is_told(settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    status, _, body = await ask("/readyz")

    assert status == 503
    assert json.loads(body)["checks"]["redis"] == "does not answer"
    assert "secret" not in body
    assert "127.0.0.1" not in body


async def test_one_that_is_stopping_takes_nobody_new():
    runs().is_draining = True
    try:
        status, _, body = await ask("/readyz")
    finally:
        runs().is_draining = False

    assert (status, json.loads(body)["checks"]) == (503, {"process": "is stopping"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_a_head_has_no_body_and_nothing_else_is_taken(path):
    status, headers, body = await ask(path, method="HEAD")
    refused, told, _ = await ask(path, method="POST")

    assert (status, body) == (200, "")
    assert int(headers["content-length"]) > 0
    assert (refused, told["allow"]) == (405, "GET, HEAD")


async def _in_thread(function, *arguments):
    return await asyncio.to_thread(with_fresh_connection(function), *arguments)

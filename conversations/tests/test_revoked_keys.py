"""What was opened with a key or an account ends soon after that lets nobody in any more, whichever process says so."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from access import keys, staying
from access.callers import Caller, of_key
from access.models import ApiKey
from agents.tests.factories import StaffFactory
from conversations.models import Reply
from conversations.replies.following import Position
from conversations.rest import sse
from conversations.tests.asking import until
from conversations.tests.factories import ReplyFactory
from conversations.tests.socket.json_client import JsonClient
from fakes.patience import PATIENCE_S
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)
ENDS = {
    "revoked": lambda key: ApiKey.objects.get(pk=key.pk).revoke(),
    "deleted": lambda key: ApiKey.objects.filter(pk=key.pk).delete(),
    "expired": lambda key: ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1)),
}
CLOSED = {
    "switched off": {"is_active": False},
    "no staff any more": {"is_staff": False},
}


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(staying, "LOOK_S", 0.05)


@pytest.fixture
async def running(agent):
    """An answer that another process makes, as far as this one can tell: it never ends here."""

    def make():
        reply = ReplyFactory(session__agent=agent, state=Reply.State.RUNNING, lease_owner="other")
        Reply.objects.update(lease_until=timezone.now() + timedelta(hours=1))
        return reply.message

    return await in_database(make)()


async def rest_of(message, caller) -> bytes:
    stream = sse.stream(str(message.session_id), Position(str(message.pk)), caller)
    return b"".join([part async for part in stream])


def is_watched() -> bool:
    return bool(staying._watch()._stays)


async def one_more_look() -> None:
    """All that is open is looked at, from here on: one whose key is revoked now has been closed by it."""
    key, raw = await in_database(keys.create)("Passing")
    client = JsonClient()
    await client.open(key=raw)
    await in_database(key.revoke)()
    await client.closed()
    await client.leave()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_the_json_socket_of_a_key_is_closed(agent, end):
    key, raw = await in_database(keys.create)("CRM")
    client = JsonClient()
    await client.open(key=raw)

    await in_database(end)(key)
    code = await client.closed()

    assert code == 4401
    assert client.heard[-1] | {"type": "error", "code": "unauthorized"} == client.heard[-1]
    await client.leave()


async def test_others_stay_connected(agent):
    key, raw = await in_database(keys.create)("CRM")
    _other, other_raw = await in_database(keys.create)("Shop")
    gone, stays, visitor = JsonClient(), JsonClient(), JsonClient()
    await gone.open(key=raw)
    await stays.open(key=other_raw)
    await visitor.open()

    await in_database(key.revoke)()
    await gone.closed()
    await one_more_look()

    assert (await stays.ask({"type": "ping"}))["type"] == "pong"
    assert (await visitor.ask({"type": "ping"}))["type"] == "pong"
    for client in (gone, stays, visitor):
        await client.leave()
    assert not is_watched()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_a_stream_opened_with_a_key_ends_and_says_come_back(running, end):
    key, _raw = await in_database(keys.create)("CRM")
    reading = asyncio.create_task(rest_of(running, of_key(key, "127.0.0.1")))
    await until(is_watched)

    await in_database(end)(key)

    assert (await asyncio.wait_for(reading, PATIENCE_S)).endswith(b": come back\n\n")


@pytest.mark.parametrize("change", CLOSED.values(), ids=CLOSED)
async def test_a_stream_of_staff_ends_with_their_account(running, change):
    user = await in_database(StaffFactory)(may=["conversations.view_session"])
    reading = asyncio.create_task(rest_of(running, as_caller(user)))
    await until(is_watched)
    await one_more_look()
    assert not reading.done()

    await in_database(get_user_model().objects.filter(pk=user.pk).update)(**change)

    assert (await asyncio.wait_for(reading, PATIENCE_S)).endswith(b": come back\n\n")


async def test_a_stream_of_staff_ends_with_their_permission(running):
    user = await in_database(StaffFactory)(may=["conversations.view_session"])
    reading = asyncio.create_task(rest_of(running, as_caller(user)))

    await in_database(user.user_permissions.clear)()

    assert (await asyncio.wait_for(reading, PATIENCE_S)).endswith(b": come back\n\n")


def as_caller(user) -> Caller:
    return Caller("staff", None, f"staff {user.pk}", "x", user_id=user.pk, permission="conversations.view_session")


async def test_a_stream_that_comes_to_its_end_is_left_alone(agent):
    key, _raw = await in_database(keys.create)("CRM")
    message = (await in_database(ReplyFactory)(session__agent=agent)).message

    told = await rest_of(message, of_key(key, "127.0.0.1"))

    assert b"event: done" in told
    assert b"come back" not in told

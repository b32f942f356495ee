"""Who is let into a live conversation, by what, and how many at once."""

import uuid

import pytest

from access import connections, keys, staying, tokens
from access.visitors import new_visitor
from conversations.intake import joining
from conversations.models import Session
from lib.database import in_database
from salesagent.asgi import application as site
from voice.live import entry
from voice.tests.live.voice_client import HOST, VoiceClient, application

pytestmark = pytest.mark.django_db(transaction=True)


async def new_session(visitor: str = "") -> Session:
    return (await in_database(joining.begin)(None, visitor)).conversation.session


def cookie() -> tuple[tuple[bytes, bytes], str]:
    value, visitor = new_visitor()
    return (b"cookie", f"visitor={value}".encode()), visitor


async def test_a_newcomer_gets_a_conversation_of_its_own(client, agent):
    ready = await client.open()

    assert tokens.session_of(ready["token"]) == uuid.UUID(ready["session_id"])
    assert ready["agent"]["name"] == "Ada"
    assert ready["in"] == {"rate": 16000, "frame_ms": 32}
    assert ready["out"] == {"rate": 24000, "frame_ms": 40}
    assert ready["limits"] == {"turn_s": 60, "idle_s": 300, "session_s": 1800}
    assert ready["messages"] == []


async def test_a_token_opens_its_conversation(client, agent):
    session = await new_session()

    ready = await client.open(token=tokens.issue(session.pk))

    assert ready["session_id"] == str(session.pk)


async def test_the_pages_visitor_opens_their_own_conversation(app, agent):
    header, visitor = cookie()
    session = await new_session(visitor)
    client = VoiceClient(app, [HOST, (b"origin", b"http://testserver"), header])

    ready = await client.open(session_id=str(session.pk))

    assert ready["session_id"] == str(session.pk)
    await client.leave()


async def test_the_pages_visitor_begins_a_conversation_that_their_page_shows(app, agent):
    header, visitor = cookie()
    client = VoiceClient(app, [HOST, (b"origin", b"http://testserver"), header])

    ready = await client.open()

    assert (await Session.objects.aget(pk=ready["session_id"])).visitor == visitor
    await client.leave()


async def test_the_cookie_opens_nobody_elses_conversation(app, agent):
    header, _ = cookie()
    session = await new_session()
    client = VoiceClient(app, [HOST, header])

    error = await client.open(session_id=str(session.pk))

    assert error["code"] == "unauthorized"
    assert await client.closed() == 4401
    await client.leave()


async def test_the_cookie_counts_only_on_pages_of_this_site(app, agent, settings):
    settings.CORS_ORIGINS = ["https://shop.example"]
    header, visitor = cookie()
    session = await new_session(visitor)
    client = VoiceClient(app, [HOST, (b"origin", b"https://shop.example"), header])

    error = await client.open(session_id=str(session.pk))

    assert error["code"] == "unauthorized"
    await client.leave()


async def test_a_key_opens_any_conversation(client, agent):
    session = await new_session()
    _, key = await in_database(keys.create)("tests")

    assert (await client.open(key=key, session_id=str(session.pk)))["session_id"] == str(session.pk)


async def test_a_key_that_may_only_read_does_not_talk(client, agent):
    session = await new_session()
    _, key = await in_database(keys.create)("tests", ["read"])

    assert (await client.open(key=key, session_id=str(session.pk)))["code"] == "forbidden"
    assert await client.closed() == 4401


@pytest.mark.parametrize(
    ("hello", "code", "close"),
    [
        ({"token": "forged"}, "unauthorized", 4401),
        ({"key": "sak_forged"}, "unauthorized", 4401),
        ({"session_id": str(uuid.uuid4())}, "unauthorized", 4401),
        ({"agent": "nobody"}, "not_found", 4404),
    ],
)
async def test_who_is_not_let_in_is_told_why(client, agent, hello, code, close):
    error = await client.open(**hello)

    assert (error["type"], error["code"]) == ("error", code)
    assert await client.closed() == close


async def test_a_deleted_conversation_is_gone(client, agent):
    session = await new_session()
    token = tokens.issue(session.pk)
    await session.adelete()

    assert (await client.open(token=token))["code"] == "not_found"
    assert await client.closed() == 4404


async def test_who_says_nothing_is_put_out(ears, narrator, agent):
    client = VoiceClient(application(ears, narrator, hello_s=0.05))
    await client.socket.connect()

    assert await client.closed() == 4401
    await client.leave()


async def test_the_protocol_is_agreed_on(app, agent):
    client = VoiceClient(app, protocols=("voice.v2", "voice.v1"))

    connected, protocol = await client.socket.connect()

    assert (connected, protocol) == (True, "voice.v1")
    await client.leave()


async def test_another_protocol_is_not_spoken(app, agent):
    client = VoiceClient(app, protocols=("chat",))
    await client.socket.connect()

    assert await client.closed() == 4400
    await client.leave()


async def test_an_address_may_hold_only_so_many(app, agent, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(connections, "MAX_PER_ADDRESS", 1)
    first, second = VoiceClient(app), VoiceClient(app)
    await first.open()

    await second.socket.connect()

    assert await second.closed() == 4429
    await first.leave()
    await second.leave()


async def test_a_conversation_has_only_so_many_voices(app, agent, settings):
    settings.RATE_LIMITS = True
    session = await new_session()
    clients = [VoiceClient(app) for _ in range(entry.MAX_PER_SESSION + 1)]

    answers = [await client.open(token=tokens.issue(session.pk)) for client in clients]

    assert [answer["type"] for answer in answers] == ["ready"] * entry.MAX_PER_SESSION + ["error"]
    assert await clients[-1].closed() == 4429
    for client in clients:
        await client.leave()
    assert not entry._open
    assert not connections._open


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [("http://testserver", True), ("https://evil.example", False), ("null", False)],
)
async def test_only_pages_of_this_site_open_it(agent, origin, is_welcome):
    client = VoiceClient(site, [HOST, (b"origin", origin.encode())])

    connected, _ = await client.socket.connect()

    assert connected == is_welcome
    await client.leave()


async def test_it_is_served_by_the_site(agent):
    client = VoiceClient(site)

    error = await client.open(token="forged")

    assert error["code"] == "unauthorized"
    assert await client.closed() == 4401
    await client.leave()


async def test_a_conversation_opened_with_a_key_ends_when_the_key_is_revoked(client, agent, monkeypatch):
    monkeypatch.setattr(staying, "LOOK_S", 0.05)
    key, raw = await in_database(keys.create)("Kiosk")
    await client.open(key=raw)

    await in_database(key.revoke)()

    assert (await client.hear_until("error"))["code"] == "unauthorized"
    assert await client.closed() == 4401

"""The JSON socket: who is let in, what is told, and that nothing is lost or said twice."""

import asyncio
import uuid
from dataclasses import replace

import pytest

from access import connections, keys, tokens
from conversations.deletion import sessions
from conversations.intake import joining, turns
from conversations.models import Message, Reply, Session
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from conversations.tests.asking import until
from conversations.tests.socket.json_client import HOST, JsonClient
from fakes.scripts import Script
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = Script(text="one two three four five six seven eight", rate_per_s=20)
HELD = replace(SLOW, hold_after_tokens=4)


def hello(client_id: str = "c1", content: str = "Hello") -> dict[str, str]:
    return {"type": "message", "client_id": client_id, "content": content}


@pytest.fixture
async def client(agent):
    client = JsonClient()
    yield client
    await client.leave()


async def new_session() -> Session:
    return (await in_database(joining.begin)(None)).conversation.session


async def test_a_newcomer_is_let_into_a_conversation_of_its_own(client, agent):
    frame = await client.open()

    assert tokens.session_of(frame["token"]) == uuid.UUID(frame["session_id"])
    assert frame["agent"]["name"] == "Ada"
    assert "system_prompt" not in str(frame)
    assert frame["messages"] == []
    assert "running" not in frame


async def test_a_promise_of_the_model_offers_the_contact_form(client, upstream):
    upstream.then(Script(text="I have forwarded your message."), Script(text="It costs 4 euros."))
    await client.open()

    await client.ask(hello())
    promising = await client.final()
    await client.ask(hello("c2"))
    plain = await client.final()

    assert (promising["offers_contact"], plain["offers_contact"]) == (True, False)


async def test_a_message_is_acknowledged_and_answered(client, upstream):
    upstream.then(SLOW)
    await client.open()

    ack = await client.ask(hello())
    final = await client.final()

    assert ack["client_id"] == "c1"
    assert ack["message"] | {"role": "user", "content": "Hello", "status": "complete"} == ack["message"]
    assert final | {"content": SLOW.text, "status": "complete", "audio_url": None} == final
    assert client.texts[final["id"]] == SLOW.text
    assert [frame["active"] for frame in client.heard if frame["type"] == "typing"] == [True]
    assert (await client.hear_until("typing"))["active"] is False


async def test_a_message_sent_again_is_one_message_and_is_acknowledged_again(client, upstream):
    upstream.then(Script(text="Once."))
    await client.open()
    await client.say(hello())
    first = await client.final()
    await client.hear_until("typing")

    ack = await client.ask(hello())
    again = await client.hear()

    assert ack["client_id"] == "c1"
    assert again["message"] == first
    assert len(upstream.requests) == 1
    assert await Message.objects.acount() == 2


async def test_a_client_id_is_not_taken_for_another_text(client, upstream):
    upstream.then(Script(text="Once."))
    await client.open()
    await client.say(hello())
    await client.hear_until("typing", active=False)

    refused = await client.ask(hello(content="Something else"))

    assert refused | {"type": "error", "code": "client_id_reused", "client_id": "c1"} == refused
    assert await Message.objects.acount() == 2


async def test_who_comes_back_gets_what_was_missed_and_the_text_so_far(client, upstream):
    upstream.then(HELD)
    token = (await client.open())["token"]
    ack = await client.ask(hello())
    await client.hear_until("token")
    await client.leave()

    back = JsonClient()
    frame = await back.open(token=token, after=ack["message"]["id"])
    upstream.go_on()
    final = await back.final()

    assert [message["role"] for message in frame["messages"]] == ["assistant"]
    assert SLOW.text.startswith(frame["running"]["content"])
    assert frame["running"]["content"]
    assert back.texts[final["id"]] == final["content"] == SLOW.text
    assert len(upstream.requests) == 1
    await back.leave()


async def test_who_comes_back_after_the_end_gets_the_end(client, upstream):
    upstream.then(SLOW)
    token = (await client.open())["token"]
    await client.say(hello())
    running = (await client.hear_until("token"))["message_id"]
    await client.leave()
    await until(lambda: _all_ended())

    back = JsonClient()
    frame = await back.open(token=token, after=running)

    assert [(message["id"], message["content"]) for message in frame["messages"]] == [(running, SLOW.text)]
    assert "running" not in frame
    await back.leave()


async def test_after_an_unknown_message_everything_is_told(client, upstream):
    upstream.then(Script(text="ok"))
    token = (await client.open())["token"]
    await client.say(hello())
    await client.final()

    back = JsonClient()
    frame = await back.open(token=token, after=str(uuid.uuid4()))

    assert len(frame["messages"]) == 2
    await back.leave()


async def test_a_socket_that_is_cancelled_gives_its_place_back(agent):
    client = JsonClient()
    await client.open()
    held = connections._open.total()

    client.socket.future.cancel()
    await asyncio.wait([client.socket.future])

    assert (held, connections._open.total()) == (1, 0)


async def test_two_clients_of_one_conversation_see_the_same(client, upstream):
    upstream.then(SLOW)
    token = (await client.open())["token"]
    other = JsonClient()
    await other.open(token=token)

    await client.say(hello())
    finals = await asyncio.gather(client.final(), other.final())

    assert finals[0] == finals[1]
    assert client.texts == other.texts
    await other.leave()


async def test_stop_ends_the_answer_and_keeps_what_was_said(client, upstream):
    upstream.then(HELD)
    await client.open()
    await client.say(hello())
    token = await client.hear_until("token")

    await client.say({"type": "stop", "message_id": token["message_id"]})
    final = await client.final()

    assert final["status"] == "stopped"
    assert final["content"]
    assert SLOW.text.startswith(final["content"])


async def test_a_model_that_fails_is_told_with_a_text_for_the_visitor(client, upstream):
    upstream.then(Script(text="The lamp is", fail_after_tokens=2))
    await client.open()
    await client.say(hello())

    final = await client.final()
    error = await client.hear_until("error")

    assert final["status"] == "failed"
    assert error["code"] == "provider_error"
    assert error["message_id"] == final["id"]
    assert final["content"].endswith(error["fallback_message"])


async def test_a_leaving_client_does_not_stop_the_answer(client, upstream):
    upstream.then(HELD)
    await client.open()
    await client.say(hello())
    await client.hear_until("token")

    await client.leave()
    upstream.go_on()
    await until(_all_ended)

    assert (await Message.objects.aget(seq=2)).content == SLOW.text


async def test_a_program_opens_any_conversation_with_its_key(client, upstream):
    upstream.then(Script(text="Hello."))
    session = await new_session()
    _, key = await in_database(keys.create)("tests")

    frame = await client.open(key=key, session_id=str(session.pk))
    await client.say(hello())

    assert frame["session_id"] == str(session.pk)
    assert "token" not in frame
    assert (await client.final())["content"] == "Hello."


async def test_the_secret_may_come_in_the_handshakes_header(agent):
    session = await new_session()
    client = JsonClient(headers=[HOST, (b"authorization", f"Bearer {tokens.issue(session.pk)}".encode())])

    frame = await client.open()

    assert frame["session_id"] == str(session.pk)
    await client.leave()


async def test_a_key_that_may_only_read_sends_nothing(client, agent):
    session = await new_session()
    _, key = await in_database(keys.create)("tests", ["read"])
    await client.open(key=key, session_id=str(session.pk))

    refused = await client.ask(hello())

    assert refused["code"] == "forbidden"
    assert await Message.objects.acount() == 0


@pytest.mark.parametrize(
    ("connect", "code"),
    [
        ({"token": "forged"}, "unauthorized"),
        ({"key": "sak_forged"}, "unauthorized"),
        ({"session_id": str(uuid.uuid4())}, "unauthorized"),
        ({"agent": "nobody"}, "not_found"),
        ({"token": 7}, "invalid"),
        ({"after": "x"}, "invalid"),
        ({"session_id": []}, "invalid"),
    ],
)
async def test_who_is_not_let_in_is_told_why_and_may_try_again(client, agent, connect, code):
    refused = await client.open(**connect)
    let_in = await client.ask({"type": "connect"})

    assert (refused["type"], refused["code"]) == ("error", code)
    assert let_in["type"] == "connect"


async def test_a_token_opens_no_other_conversation(client, agent):
    mine, other = await new_session(), await new_session()

    refused = await client.open(token=tokens.issue(mine.pk), session_id=str(other.pk))

    assert refused["code"] == "forbidden"


async def test_a_token_of_a_deleted_conversation_closes_the_socket(client, agent):
    session = await new_session()
    token = tokens.issue(session.pk)
    await session.adelete()

    status = await client.open(token=token)

    assert status == {"type": "status", "state": "deleted"}
    assert await client.closed() == 4404


async def test_a_deleted_conversation_closes_its_sockets(client, agent):
    frame = await client.open()

    await sessions.delete(await Session.objects.aget(pk=frame["session_id"]))

    assert await client.hear() == {"type": "status", "state": "deleted"}
    assert await client.closed() == 4404


async def test_a_stopping_server_tells_its_clients_to_come_back(client, agent):
    await client.open()

    hub().dismiss()

    assert await client.hear() == {"type": "status", "state": "restarting"}
    assert await client.closed() == 4012


async def test_nothing_stays_behind_of_a_client_that_left(client, agent):
    session_id = (await client.open())["session_id"]
    assert hub().has_listeners(session_id)

    await client.leave()

    assert not hub().has_listeners(session_id)
    assert not connections._open


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        ("http://testserver", True),
        ("https://shop.example", True),
        ("https://evil.example", False),
        ("http://testserver.evil.example", False),
        ("http://testserver:81", False),
        ("null", False),
        ("", False),
        ("http://[", False),
    ],
)
async def test_only_pages_of_this_site_and_named_ones_open_it(agent, settings, origin, is_welcome):
    settings.CORS_ORIGINS = ["https://shop.example"]
    client = JsonClient(headers=[HOST, (b"origin", origin.encode())])

    connected, _ = await client.socket.connect()

    assert connected == is_welcome
    await client.leave()


async def test_a_host_that_is_not_ours_is_refused(agent):
    connected, _ = await JsonClient(headers=[(b"host", b"rebound.example")]).socket.connect()

    assert not connected


async def test_an_address_may_hold_only_so_many(agent, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(connections, "MAX_PER_ADDRESS", 1)
    first, second = JsonClient(), JsonClient()
    await first.open()

    await second.socket.connect()

    assert await second.closed() == 4429
    await first.leave()


async def _all_ended() -> bool:
    return not await Reply.objects.running().aexists()


async def test_what_was_said_unheard_in_another_process_is_told_once_it_is_looked_for(client, upstream):
    upstream.then(Script(text="Unheard."))
    session_id = (await client.open())["session_id"]
    await turns.accept(uuid.UUID(session_id), "Said elsewhere", "c9")
    runs().start(session_id)
    final = await client.final()

    hub().look_again()
    await client.hear_until("message", client_id="c9")
    await client.say({"type": "ping"})
    await client.hear_until("pong")

    said = [frame["message"]["content"] for frame in client.heard if frame["type"] == "message"]
    assert sorted(said) == ["Said elsewhere", "Unheard."]
    assert final["content"] == "Unheard."

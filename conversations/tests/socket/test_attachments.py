"""Files in what is said on the JSON socket."""

import uuid

import jsonschema
import pytest

from conversations.attachments import keeping
from conversations.attachments.making import MadeFile
from conversations.models import Message
from conversations.tests.attachments import files
from conversations.tests.socket.json_client import JsonClient
from conversations.tests.socket.test_asyncapi import DOCUMENT, payloads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def client(agent):
    client = JsonClient()
    yield client
    await client.leave()


async def attached(session_id: str) -> str:
    made = MadeFile(files.picture(), "lamp.jpg", "image/jpeg", 640, 480)
    return (await keeping.store(uuid.UUID(session_id), made)).id


@pytest.fixture
async def opened(client, agent):
    agent.takes_attachments = True
    await agent.asave()
    return await client.open()


async def test_a_message_with_a_file_comes_back_with_it(client, opened, upstream):
    file = await attached(opened["session_id"])
    said = {"type": "message", "client_id": "1", "attachments": [file]}
    jsonschema.validate(said, payloads("toServer")["message"])

    await client.say(said)
    frame = await client.hear_until("message", client_id="1")

    jsonschema.validate(frame, {**payloads("toClient")["message"], "components": DOCUMENT["components"]})
    [shown] = frame["message"]["attachments"]
    assert (shown["id"], shown["name"], shown["media_type"]) == (file, "lamp.jpg", "image/jpeg")
    assert opened["agent"]["takes_attachments"] is True


@pytest.mark.parametrize(
    "attachments",
    ["x", ["x"], [1], {"a": 1}, [str(uuid.UUID(int=1))] * 2, [str(uuid.UUID(int=number)) for number in range(5)]],
    ids=["text", "no id", "number", "object", "twice", "too many"],
)
async def test_ids_that_are_none_are_refused_and_the_socket_stays_open(client, opened, attachments):
    frame = await client.ask({"type": "message", "client_id": "1", "content": "Hi", "attachments": attachments})

    assert (frame["type"], frame["code"], frame["client_id"]) == ("error", "invalid", "1")
    assert "attachments" in frame["detail"]
    assert (await client.ask({"type": "ping"}))["type"] == "pong"


async def test_a_file_that_waits_nowhere_is_refused(client, opened):
    said = {"type": "message", "client_id": "1", "content": "Hi", "attachments": [str(uuid.uuid4())]}

    frame = await client.ask(said)

    assert (frame["type"], frame["code"]) == ("error", "refused")
    assert not await Message.objects.aexists()

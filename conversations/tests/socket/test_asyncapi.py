"""docs/asyncapi.yaml says what the JSON socket does: every frame, every code, and real frames fit it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from conversations.intake.refusals import CODES
from conversations.socket import consumer, feed, frames
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.speakers.changes import Person
from conversations.tests.socket.json_client import JsonClient
from fakes.scripts import Script

FILE = Path(__file__).parents[3] / "docs" / "asyncapi.yaml"
DOCUMENT: dict[str, Any] = yaml.load(FILE.read_text(), yaml.CSafeLoader)


def payloads(operation: str) -> dict[str, dict[str, Any]]:
    """The payload of each frame type of an operation."""
    messages = DOCUMENT["components"]["messages"]
    found = {}
    for reference in DOCUMENT["operations"][operation]["messages"]:
        payload = messages[reference["$ref"].rsplit("/", 1)[1]]["payload"]
        found[payload["properties"]["type"]["const"]] = payload
    return found


def test_every_frame_a_client_may_send_is_in_it():
    assert set(payloads("toServer")) == set(frames.READERS)


def test_every_frame_the_server_sends_is_in_it():
    assert set(payloads("toClient")) == set(feed.TYPES)


def test_every_error_code_is_in_it():
    source = "".join(Path(module.__file__).read_text() for module in (frames, consumer))
    in_code = set(re.findall(r'(?:FrameRefused|_refuse)\(\s*"(\w+)"', source)) | (CODES - {"restarting"})

    documented = set(payloads("toClient")["error"]["properties"]["code"]["enum"])

    assert documented == in_code | {"forbidden", "timed_out", "provider_error", "not_configured"}


def test_every_close_code_is_in_it():
    documented = {int(code) for code in re.findall(r"\| (4\d{3}) \|", DOCUMENT["info"]["description"])}

    assert documented == set(consumer.CLOSE_CODES)


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("131,072 bytes", frames.MAX_FRAME_BYTES),
        ("60 frames at once", consumer.FRAMES_AT_ONCE),
        ("10 a second", consumer.FRAMES_PER_S),
    ],
)
def test_the_limits_are_the_ones_that_hold(limit, value):
    assert limit in " ".join(DOCUMENT["info"]["description"].split())
    assert re.sub(r"\D", "", limit) == str(value)


@pytest.mark.django_db(transaction=True)
async def test_the_frames_of_a_conversation_are_as_it_says(agent, upstream):
    upstream.then(Script(text="one two three", rate_per_s=50), Script(text="It is", fail_after_tokens=1))
    client = JsonClient()
    opened = await client.open()
    token = opened["token"]
    for client_id in ("1", "2"):
        await client.say({"type": "message", "client_id": client_id, "content": "Hello"})
        await client.final()
        await client.hear_until("typing", active=False)
    await client.hear_until("error")
    announce(await changes.take(opened["session_id"], Person("Sam", "staff 1"), 60))
    await client.hear_until("speaker")
    await client.ask("{")
    await client.ask({"type": "ping"})
    back = JsonClient()
    await back.open(token=token)

    for frame in client.heard + back.heard:
        schema = {**payloads("toClient")[frame["type"]], "components": DOCUMENT["components"]}
        jsonschema.validate(frame, schema)
    assert {frame["type"] for frame in client.heard} == set(feed.TYPES) - {"status"}
    assert json.dumps(client.heard)
    await client.leave()
    await back.leave()

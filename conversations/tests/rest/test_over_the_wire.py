"""Streams and sockets as bytes between real processes: what a proxy and a slow client see, and a killed server."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import websockets

from conversations.tests.rest.events import Event, events, text_of, until_text
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from fakes.site import Site, site

pytestmark = pytest.mark.process

MAKE_AGENT = """
from agents.models import Agent
Agent.objects.create(name="Ada", slug="ada", is_default=True, checks_answers=False).publish("You sell lamps.")
"""
SLOW = Script(text="one two three four five six seven eight nine ten", rate_per_s=10)
HELD = replace(SLOW, hold_after_tokens=4)
# 60 kB, the length of the longest answer.
LONG = Script(tokens=tuple(f"{number:014d} " for number in range(4_000)), rate_per_s=4_000)
STUCK, ANSWERS = 40, 3


@pytest.fixture(scope="module")
def model():
    with FakeOpenAI().in_thread() as server:
        yield server


@pytest.fixture(scope="module")
def real_site(tmp_path_factory, model):
    environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("wire"), begun_with=MAKE_AGENT, **environment) as made:
        made.start()
        yield made


@pytest.fixture
async def visitor(real_site: Site, model: FakeOpenAI) -> AsyncIterator["Visitor"]:
    model.reset()
    async with httpx.AsyncClient(base_url=f"{real_site.url}/api", timeout=PATIENCE_S) as client:
        opened = (await client.post("/chat/init", json={})).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        yield Visitor(client, opened)


class Visitor:
    def __init__(self, client: httpx.AsyncClient, opened: dict):
        self.client, self.opened = client, opened
        self.path = f"/sessions/{opened['session_id']}"

    def send(self, content="Hello"):
        return self.client.stream(
            "POST", f"{self.path}/messages", json={"content": content}, headers={"Accept": "text/event-stream"}
        )

    async def read(self) -> list[Event]:
        async with self.send() as response:
            return [event async for event in events(response.aiter_raw())]

    def go_on(self, last: Event):
        return self.client.stream("GET", f"{self.path}/stream", headers={"Last-Event-ID": last.id})


async def test_tokens_come_when_the_model_says_them(visitor, model):
    model.then(HELD)
    arrived = []

    async with visitor.send() as response:
        async for event in events(response.aiter_raw()):
            arrived.append(event)
            if text_of(arrived):
                model.go_on()  # what it says next waits until this is here

    assert response.headers["content-type"] == "text/event-stream"
    assert "no-transform" in response.headers["cache-control"]
    assert response.headers["x-accel-buffering"] == "no"
    assert text_of(arrived) == SLOW.text


async def test_an_answer_outlives_its_client_and_goes_on_where_it_was(visitor, model):
    model.then(HELD)
    async with visitor.send() as response:
        read = await until_text(events(response.aiter_raw()))
    model.go_on()

    async with visitor.go_on(read[-1]) as response:
        read += [event async for event in events(response.aiter_raw())]

    assert text_of(read) == SLOW.text
    assert read[-1].name == "done"
    assert len(model.requests) == 1


async def test_an_answer_goes_on_after_its_server_was_killed(visitor, model, real_site):
    model.then(HELD, Script(text="The second attempt."))
    async with visitor.send() as response:
        read = await until_text(events(response.aiter_raw()))
        await asyncio.to_thread(real_site.kill)
    await asyncio.to_thread(real_site.start)

    async with visitor.go_on(read[-1]) as response:
        rest = [event async for event in events(response.aiter_raw())]

    assert rest[-1].data["full_content"] == text_of(read + rest) == "The second attempt."
    assert [event.name for event in rest].count("restart") == 1


async def test_the_socket_speaks_to_a_program(visitor, model):
    model.then(SLOW)
    text = ""
    async with websockets.connect(visitor.opened["socket_url"]) as ws:
        await ws.send(json.dumps({"type": "connect", "token": visitor.opened["token"]}))
        assert json.loads(await ws.recv())["session_id"] == visitor.opened["session_id"]
        await ws.send(json.dumps({"type": "message", "client_id": "1", "content": "Hello"}))
        async for raw in ws:
            frame = json.loads(raw)
            if frame["type"] == "token":
                assert frame["offset"] == len(text)
                text += frame["content"]
            if frame["type"] == "message" and frame["message"]["role"] == "assistant":
                break

    assert frame["message"]["content"] == text == SLOW.text


async def test_readers_that_take_nothing_cost_little_and_disturb_nobody(visitor, model, real_site):
    model.then(*[LONG] * (ANSWERS + 1))
    await visitor.read()  # loads what the first answer loads
    with contextlib.ExitStack() as stuck:
        for _ in range(STUCK):
            stuck.enter_context(_stuck_socket(real_site, visitor.opened["token"]))
        before = _resident_kb(real_site)
        read = [await visitor.read() for _ in range(ANSWERS)]
        grown_mb = (_resident_kb(real_site) - before) / 1000

    assert [text_of(each) for each in read] == ["".join(LONG.tokens)] * ANSWERS
    assert grown_mb < 20, f"{grown_mb:.0f} MB for {STUCK} readers that took nothing"


def _stuck_socket(site: Site, token: str) -> socket.socket:
    """A client that says hello and never reads again."""
    connection = _connection(site)
    connection.sendall(
        f"GET /socket HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b"101" in connection.recv(1024)
    frame = json.dumps({"type": "connect", "token": token, "padding": "x" * 60}).encode()
    assert 125 < len(frame) < 65_536  # as long as the two bytes of length below say
    connection.sendall(b"\x81\xfe" + len(frame).to_bytes(2, "big") + b"\0\0\0\0" + frame)
    return connection


def _connection(site: Site) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", site.port))
    connection.settimeout(PATIENCE_S)
    return connection


def _resident_kb(site: Site) -> int:
    assert site.process is not None
    with open(f"/proc/{site.process.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

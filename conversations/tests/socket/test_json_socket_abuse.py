"""What a broken or hostile client may do to the JSON socket: nothing, to itself or to others."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access import rates
from access.token_bucket import TokenBucket
from conversations.models import Message
from conversations.socket import frames as json_frames
from conversations.socket.consumer import JsonConsumer
from conversations.socket.frames import FrameRefused
from conversations.tests.socket.json_client import HOST, JsonClient
from fakes.patience import PATIENCE_S
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "word" + " word" * 200


@pytest.fixture
async def client(agent):
    client = JsonClient()
    yield client
    await client.leave()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_json"),
        ("", "bad_json"),
        ("NaN", "bad_json"),
        ("[" * 20_000, "bad_json"),
        ('{"type": "ping", "type": "stop"}', "bad_json"),
        ('{"type": "message", "client_id": "c", "content": "a\\u0000b"}', "invalid"),
        ("null", "unknown_type"),
        ('"ping"', "unknown_type"),
        ('{"type": "drop tables"}', "unknown_type"),
        ('{"type": ["ping"]}', "unknown_type"),
        ("{}", "unknown_type"),
        ('{"type": "ping", "rest": "' + "x" * json_frames.MAX_FRAME_BYTES + '"}', "too_large"),
        ('{"type": "message", "client_id": "c"}', "invalid"),
        ('{"type": "message", "content": "Hello"}', "invalid"),
        ('{"type": "message", "client_id": "c", "content": " \\n"}', "invalid"),
        ('{"type": "message", "client_id": "c", "content": 7}', "invalid"),
        ('{"type": "message", "client_id": "a b", "content": "Hello"}', "invalid"),
        (json.dumps({"type": "message", "client_id": "c", "content": "x" * 10_001}), "invalid"),
        ('{"type": "stop"}', "invalid"),
        ('{"type": "stop", "message_id": "x"}', "invalid"),
        ('{"type": "stop", "message_id": "00000000-0000-0000-0000-000000000000"}', "not_found"),
        ('{"type": "connect"}', "already_connected"),
    ],
)
async def test_a_frame_that_cannot_be_taken_is_an_error_and_no_more(client, frame, code):
    await client.open()

    error = await client.ask(frame)
    pong = await client.ask({"type": "ping"})

    assert (error["type"], error["code"]) == ("error", code)
    assert error["detail"]
    assert pong == {"type": "pong"}


async def test_a_binary_frame_is_an_error_and_no_more(client):
    await client.open()

    await client.socket.send_to(bytes_data=b"\x00\xff")

    assert (await client.hear())["code"] == "not_text"
    assert await client.ask({"type": "ping"}) == {"type": "pong"}


async def test_nothing_but_a_ping_is_answered_before_the_first_frame(client, upstream):
    await client.socket.connect()

    refused = await client.ask({"type": "message", "client_id": "c", "content": "Hello"})

    assert refused["code"] == "not_connected"
    assert await Message.objects.acount() == 0


async def test_who_does_not_come_in_is_put_out(agent):
    client = JsonClient(JsonConsumer.as_asgi(connect_s=0.05))
    await client.socket.connect()

    assert await client.closed() == 4408


async def test_the_longest_message_fits_into_a_frame(client, upstream):
    upstream.then(Script(text="Long."))
    await client.open()

    ack = await client.ask({"type": "message", "client_id": "c" * 64, "content": "\U0001f4a1" * 10_000})

    assert ack["type"] == "message"
    assert len(ack["message"]["content"]) == 10_000


async def test_a_flood_is_answered_once_and_then_put_out(client):
    await client.open()
    for _ in range(400):
        await client.say({"type": "typing"})

    assert await client.closed() == 4429
    assert [frame["code"] for frame in client.heard[1:]] == ["too_fast"]


async def test_a_limit_that_is_hit_asks_no_model(client, upstream, settings):
    settings.RATE_LIMITS = True
    session_id = (await client.open())["session_id"]
    for _ in range(rates.PER_VISITOR.amount):
        rates.count(rates.PER_VISITOR, "message", f"session {session_id}")

    refused = await client.ask({"type": "message", "client_id": "c", "content": "Hello"})

    assert refused | {"code": "rate_limited", "client_id": "c"} == refused
    assert refused["fallback_message"]
    assert upstream.requests == []


async def test_a_client_that_reads_nothing_is_dropped_and_no_other(agent, upstream):
    upstream.then(Script(text=LONG, rate_per_s=400))
    reader = JsonClient()
    token = (await reader.open())["token"]
    stuck = StuckClient(token, reads=1)
    serving = asyncio.create_task(JsonConsumer.as_asgi(send_s=0.1)(stuck.scope, stuck.receive, stuck.send))
    await asyncio.wait_for(stuck.is_stuck.wait(), PATIENCE_S)

    await reader.say({"type": "message", "client_id": "c", "content": "Hello"})
    final = await reader.final()
    code = await asyncio.wait_for(stuck.code, PATIENCE_S)
    await asyncio.wait_for(asyncio.gather(serving, return_exceptions=True), PATIENCE_S)

    assert code == 4013
    assert reader.texts[final["id"]] == final["content"] == LONG
    assert stuck.texts == 1
    await reader.leave()


async def test_a_client_that_reads_no_answer_of_its_own_is_dropped(agent):
    stuck = StuckClient(None, reads=0)
    serving = asyncio.create_task(
        JsonConsumer.as_asgi(send_s=5, frames_at_once=100)(stuck.scope, stuck.receive, stuck.send)
    )

    for _ in range(100):
        await stuck.incoming.put({"type": "websocket.receive", "text": "{"})
    code = await asyncio.wait_for(stuck.code, PATIENCE_S)
    await asyncio.wait_for(asyncio.gather(serving, return_exceptions=True), PATIENCE_S)

    assert code == 4013


class StuckClient:
    """What a server sees of a client that takes so many frames and then no more."""

    def __init__(self, token: str | None, reads: int):
        self.scope = {"type": "websocket", "path": "/socket", "headers": [HOST], "client": ["1.2.3.4", 1]}
        self.incoming: asyncio.Queue[dict] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        if token:
            self.incoming.put_nowait(
                {"type": "websocket.receive", "text": json.dumps({"type": "connect", "token": token})}
            )
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.is_stuck = asyncio.Event()
        self.texts = 0
        self._reads = reads

    async def receive(self) -> dict:
        return await self.incoming.get()

    async def send(self, message: dict) -> None:
        if message["type"] == "websocket.close" and not self.code.done():
            self.code.set_result(message["code"])
            await self.incoming.put({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.send":
            self.texts += 1
            if self.texts >= self._reads:
                self.is_stuck.set()
                await asyncio.Event().wait()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
frames = st.fixed_dictionaries(
    {"type": st.sampled_from([*json_frames.READERS, "error", ""]) | json_values},
    optional={
        name: json_values | st.uuids().map(str)
        for name in ("token", "key", "session_id", "agent", "after", "client_id", "content", "message_id")
    },
)


@pytest.mark.slow
@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text() | json_values.map(json.dumps) | frames.map(json.dumps) | st.none())
def test_any_frame_is_read_or_refused(text):
    outcome = _outcome(text)

    assert isinstance(outcome, json_frames.Frame) or outcome in json_frames.CODES


def _outcome(text: str | None) -> object:
    try:
        return json_frames.read(text)
    except FrameRefused as refused:
        return refused.code


async def test_no_frame_kills_the_socket(agent, upstream):
    client = JsonClient(JsonConsumer.as_asgi(frames_at_once=10_000))
    await client.open()

    for frame in await asyncio.to_thread(_drawn):
        await client.say(frame)
        await client.say({"type": "ping"})
        await client.hear_until("pong")

    await client.leave()


def _drawn() -> list[str]:
    """Frames of every kind. Hypothesis has a thread and a loop of its own: it knows no asynchronous fixtures."""
    drawn: list[str] = []

    @settings(max_examples=200, database=None, deadline=None)
    @given(frame=st.text() | frames.map(json.dumps))
    def draw(frame: str) -> None:
        drawn.append(frame)

    draw()
    return drawn


def test_a_bucket_takes_a_burst_and_then_its_rate():
    now = [0.0]
    bucket = TokenBucket(10, 5, clock=lambda: now[0])

    burst = [bucket.take() for _ in range(6)]
    now[0] = 0.1

    assert burst == [True] * 5 + [False]
    assert [bucket.take(), bucket.take()] == [True, False]

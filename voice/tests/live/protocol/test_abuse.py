"""What a client, the server or the world may do in between: the socket closes with a reason, or goes on."""

import asyncio
import json

import pytest

from access import connections
from conversations.deletion import sessions
from conversations.models import Message, Reply, Session
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from voice.live import entry
from voice.live.protocol.frames import Flag, Packet, PacketKind
from voice.tests.live.scripted import silence
from voice.tests.live.voice_client import HOST, VoiceClient, application

pytestmark = pytest.mark.django_db(transaction=True)

LONG = " ".join(f"This is sentence number {number} of the answer." for number in range(20))


async def test_a_conversation_deleted_in_mid_turn_closes_its_socket(client, upstream):
    upstream.then(Script(text=LONG, rate_per_s=20))
    session_id = (await client.open())["session_id"]
    await client.speak()
    await client.hear_sound(3)

    await sessions.delete(await Session.objects.aget(pk=session_id))

    assert await client.closed() == 4404
    assert client.frames[-1]["type"] in {"error", "turn.end"}


async def test_a_stopping_server_tells_its_clients_to_come_back(client, agent):
    await client.open()

    hub().dismiss()

    assert (await client.hear())["code"] == "restarting"
    assert await client.closed() == 4012


async def test_a_server_that_stops_in_mid_answer_keeps_what_was_heard(client, upstream):
    upstream.then(Script(text=LONG, rate_per_s=40))
    client.acks = False
    await client.open()
    await client.speak()
    await client.hear_sound(15)
    await client.say({"type": "playback", "gen": 1, "played_ms": 500, "queued_ms": 100})
    await client.hear_sound(16)

    hub().dismiss()

    assert await client.closed() == 4012
    assert client.told("error")[-1]["code"] == "restarting"
    count = len(client.packets)
    await client.leave()
    answer = await Message.objects.select_related("reply").aget(role="assistant")
    assert answer.heard == "This is"
    assert answer.reply.state != Reply.State.STOPPED  # whoever takes over finishes it
    assert len(client.packets) == count


async def test_two_voices_of_one_conversation_are_both_answered(app, agent, upstream):
    upstream.then(Script(text="Yes. It is."), Script(text="No. It is not."))
    one, other = VoiceClient(app), VoiceClient(app)
    token = (await one.open())["token"]
    await other.open(token=token)

    await asyncio.gather(one.speak(), other.speak())
    ends = await asyncio.gather(one.hear_until("turn.end"), other.hear_until("turn.end"))

    assert [end["reason"] for end in ends] == ["done", "done"]
    assert {one.text_of(), other.text_of()} == {"Yes. It is.", "No. It is not."}
    rows = [message async for message in Message.objects.order_by("seq")]
    assert sorted(row.role for row in rows) == ["assistant", "assistant", "user", "user"]
    await asyncio.gather(one.leave(), other.leave())


async def test_a_typed_and_a_spoken_turn_at_once_are_answered_one_after_the_other(client, upstream):
    upstream.then(Script(text=LONG, rate_per_s=50), Script(text="It is."))
    await client.open()

    await client.speak()
    await client.ask_for("And is it in stock?", "c1")
    await client.hear_until("turn.end", gen=2)

    assert [(start["utt"], start["client_id"]) for start in client.told("turn.start")] == [(1, None), (None, "c1")]
    assert [end["reason"] for end in client.told("turn.end")] == ["interrupted", "done"]
    assert ("sound", 1) not in client.order[client.order.index(("cleared", 1)) :]
    assert await Message.objects.acount() == 4


async def test_a_server_about_to_stop_takes_no_turn(client, agent):
    await client.open()
    runs().is_draining = True

    await client.speak()
    error = await client.hear_until("error")

    assert (error["code"], error["retryable"], error["utt"]) == ("restarting", True, 1)
    assert await Message.objects.acount() == 0


@pytest.mark.parametrize(
    "garbage",
    ["{", "", "null", '{"type": 1}', '{"type": "hello"}', '{"type": "speech.end"}', b"", b"\x07\x00", b"\x01" * 9],
)
async def test_garbage_is_an_error_and_no_more(client, garbage):
    await client.open()

    if isinstance(garbage, bytes):
        await client.sound(garbage)
    else:
        await client.say(garbage)

    assert (await client.hear())["type"] == "error"
    assert await client.ask({"type": "ping"}) == {"type": "pong"}


async def test_much_garbage_is_the_end(client):
    await client.open()
    for _ in range(20):
        await client.say("{")

    assert await client.closed() == 4400


async def test_more_sound_than_can_be_spoken_is_the_end(client):
    await client.open()
    await client.say({"type": "speech.start", "utt": 1})
    for _ in range(11):
        await client.sound(b"\x01" + b"\0" * (7 + 32_000))

    assert await client.closed() == 4413


async def test_a_flood_of_frames_is_the_end(client):
    await client.open()
    for _ in range(5_000):  # more than a slow machine reads in the time in which they would be no flood
        await client.say({"type": "mute"})

    assert await client.closed() == 4429


async def test_nothing_is_taken_before_the_first_frame(client, ears):
    await client.socket.connect()
    await client.sound(b"\x01" + b"\0" * 7)

    refused = await client.ask({"type": "speech.start", "utt": 1})

    assert refused["code"] == "no_hello"
    assert await client.ask({"type": "ping"}) == {"type": "pong"}


async def test_an_unknown_type_is_ignored(client):
    await client.open()
    await client.say({"type": "of.a.later.version"})

    assert await client.ask({"type": "ping"}) == {"type": "pong"}


async def test_nothing_stays_behind_of_a_client_that_left(client, agent):
    session_id = (await client.open())["session_id"]
    assert hub().has_listeners(session_id)

    await client.leave()

    assert not hub().has_listeners(session_id)
    assert not connections._open
    assert not entry._open


async def test_a_socket_that_is_cancelled_gives_its_places_back(app, agent):
    client = VoiceClient(app)
    await client.open()
    held = connections._open.total(), entry._open.total()

    client.socket.future.cancel()
    await asyncio.wait([client.socket.future])

    assert held == (1, 1)
    assert not connections._open
    assert not entry._open


async def test_a_client_that_reads_nothing_is_dropped_and_little_is_made_for_it(agent, upstream, ears, narrator):
    upstream.then(Script(text=LONG * 20, rate_per_s=2000))
    stuck = StuckClient(reads=20)
    app = application(ears, narrator, send_s=0.5)
    serving = asyncio.create_task(app(stuck.scope, stuck.receive, stuck.send))
    await stuck.speak()

    code = await asyncio.wait_for(stuck.code, PATIENCE_S)
    await asyncio.wait_for(serving, PATIENCE_S)

    assert code == 4013
    assert stuck.count <= 21
    assert narrator.made_ms <= 10_000
    assert not entry._open


class StuckClient:
    """What a server sees of a client that takes so many frames and then no more."""

    def __init__(self, reads: int):
        self.scope = {"type": "websocket", "path": "/ws/audio", "headers": [HOST], "client": ["1.2.3.4", 1]}
        self.incoming: asyncio.Queue[dict] = asyncio.Queue()
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.count, self._reads = 0, reads

    async def speak(self) -> None:
        sound = Packet(PacketKind.MIC, Flag.NONE, 0, 0, silence(500)).pack()
        await self.incoming.put({"type": "websocket.connect"})
        for frame in ({"type": "hello"}, {"type": "speech.start", "utt": 1}, sound, {"type": "speech.end", "utt": 1}):
            content = {"bytes": frame} if isinstance(frame, bytes) else {"text": json.dumps(frame)}
            await self.incoming.put({"type": "websocket.receive", **content})

    async def receive(self) -> dict:
        return await self.incoming.get()

    async def send(self, message: dict) -> None:
        if message["type"] == "websocket.close" and not self.code.done():
            self.code.set_result(message["code"])
            await self.incoming.put({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.send":
            self.count += 1
            if self.count >= self._reads:
                await asyncio.Event().wait()

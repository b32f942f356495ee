"""Whoever floods is put out and stays out for a while; a visitor beside them is answered as always."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import Counter

import aiohttp
import pytest

from e2e.processes.attacker import BEGUN, GOES_ON, PING, PONG, TEXT, Attacker, frame, resident_mb
from e2e.processes.visitor import Visitor
from fakes.patience import least_of
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.process

# The same session in each of several test processes, which must collect the same tests.
PAGE, JSON, VOICE = "/ws/chat/6f1d2f4e-7c0b-4c59-9f0e-2b6f3c1a9d10/", "/socket", "/ws/audio"
ORIGIN = "Origin: http://localhost"
MANY = 50_000  # a socket without a limit keeps the server busy with them for many seconds
MESSAGES = 100  # five times what one visitor may send in a minute
FLOODS = {
    "small": frame(TEXT, b'{"type":"typing"}') * MANY,
    "empty": frame(TEXT) * MANY,
    "pings": frame(PING, b"x") * MANY,
    "pongs": frame(PONG) * MANY,
    "pieces": frame(BEGUN, b"{") + frame(GOES_ON, b" ") * MANY,
    "nothing": frame(BEGUN) + frame(GOES_ON) * MANY,
}
addresses = (f"127.1.{number // 250}.{number % 250 + 1}" for number in range(10_000))


@pytest.fixture(scope="module")
def running(tmp_path_factory, upstream_server):
    settings = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "REDIS_URL": ""}
    with site(tmp_path_factory.mktemp("flooded"), begun_with=MAKE_AGENT, **settings) as made:
        made.start()
        yield made


async def answer_s(running) -> float:
    """How long a new visitor waits for the end of a short answer."""
    began = time.monotonic()
    async with Visitor.arriving() as visitor:
        sent = await visitor.insist(running.url, 'Hello [[fake: {"text": "Good day to you."}]]')
        async with visitor.page(running.url) as page:
            await page.ended(sent.answer_id)
    return time.monotonic() - began


async def own_page(running) -> tuple[str, str]:
    """The socket of a conversation, and the cookie that opens it."""
    async with Visitor.arriving() as visitor:
        await visitor.insist(running.url, 'Hello [[fake: {"text": "Good day to you."}]]')
        cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in visitor._http.cookie_jar)
        return f"/ws/chat/{visitor.session_id}/", f"Cookie: {cookies}"


@pytest.mark.parametrize(
    ("path", "kind"), [(JSON, kind) for kind in FLOODS] + [(PAGE, "small"), (PAGE, "pings"), (VOICE, "empty")]
)
async def test_a_flood_of_frames_is_ended_with_a_reason_and_stays_out(running, path, kind):
    address, headers = next(addresses), [ORIGIN]
    if path == PAGE:
        path, cookie = await own_page(running)
        headers.append(cookie)
    async with Attacker.from_address(address, running.port) as flooder:
        assert await flooder.upgrade(path, *headers) == 101
        flooding = asyncio.create_task(flooder.say(FLOODS[kind]))

        code = await flooder.closed()
        flooding.cancel()

    async with Attacker.from_address(address, running.port) as again:
        status = await again.upgrade(path, *headers)
    async with Attacker.from_address(next(addresses), running.port) as other:
        others = await other.upgrade(path, *headers)

    assert code == 4429
    assert (status, others) == (429, 101)


@pytest.mark.parametrize("path", [JSON, VOICE])
async def test_a_message_that_is_far_too_large_ends_its_socket(running, path):
    async with Attacker.from_address(next(addresses), running.port) as attacker:
        assert await attacker.upgrade(path, ORIGIN) == 101
        await attacker.say(frame(TEXT, b"x" * 1_000_000))

        assert await attacker.closed() == 1009


async def test_no_compression_is_agreed_on_so_that_nothing_can_swell(running):
    async with Attacker.from_address(next(addresses), running.port) as attacker:
        assert await attacker.upgrade(JSON, "Sec-WebSocket-Extensions: permessage-deflate") == 101
        await attacker.say(frame(TEXT | 0x40, zlib.compress(bytes(100_000_000))[2:-4]))

        assert await attacker.closed() in {1002, 1009}


async def test_a_visitor_beside_floods_is_answered_and_the_memory_comes_back(running):
    usual_s = max([await answer_s(running) for _ in range(3)])
    before_mb = resident_mb(running.process.pid)
    is_over = False

    async def flood(path: str, data: bytes) -> None:
        address = next(addresses)
        while not is_over:
            async with Attacker.from_address(address, running.port) as flooder:
                if await flooder.upgrade(path, ORIGIN) == 101:
                    saying = asyncio.create_task(flooder.say(data))
                    await flooder.closed()
                    saying.cancel()
            await asyncio.sleep(0.05)  # the attackers share this process with the visitor, who is not to wait for them

    kinds = (PAGE, "pings"), (JSON, "small"), (VOICE, "pieces")
    flooders = [asyncio.create_task(flood(path, FLOODS[kind])) for path, kind in kinds]
    await asyncio.sleep(0.5)
    flooded_s = await least_of(lambda: answer_s(running), 2 * usual_s + 1, times=10)
    is_over = True
    await asyncio.gather(*flooders)

    assert flooded_s <= 2 * usual_s + 1
    assert resident_mb(running.process.pid) < before_mb + 60


async def test_a_visitor_beside_a_flood_of_messages_over_the_api_is_answered(running):
    usual_s = max([await answer_s(running) for _ in range(2)])
    connector = aiohttp.TCPConnector(local_addr=(next(addresses), 0), limit=20)
    async with aiohttp.ClientSession(running.url, connector=connector) as http:
        async with http.post("/api/chat/init", json={}) as response:
            begun = await response.json()
        headers = {"Authorization": f"Bearer {begun['token']}"}

        async def send(_number: int) -> int:
            path = f"/api/sessions/{begun['session_id']}/messages"
            async with http.post(path, json={"content": "x" * 10_000}, headers=headers) as response:
                return response.status

        sending = [asyncio.create_task(send(number)) for number in range(MESSAGES)]
        flooded_s = await least_of(lambda: answer_s(running), 2 * usual_s + 1, times=5)
        statuses = Counter(await asyncio.gather(*sending))

    assert flooded_s <= 2 * usual_s + 1
    assert statuses[429] > MESSAGES / 2
    assert set(statuses) <= {200, 409, 429, 503}

"""Connections are counted and none may be slow for ever; a visitor beside many slow ones is answered as always."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from e2e.processes.attacker import Attacker
from e2e.processes.visitor import Visitor
from fakes.patience import PATIENCE_S, least_of
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.process

PER_ADDRESS, IN_ALL = 20, 260
SLOW = 200
REQUEST = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory, upstream_server):
    settings = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "REDIS_URL": ""}
    limits = {"MAX_CONNECTIONS_PER_ADDRESS": str(PER_ADDRESS), "MAX_CONNECTIONS": str(IN_ALL)}
    with site(tmp_path_factory.mktemp("crowded"), begun_with=MAKE_AGENT, **settings, **limits) as made:
        made.start()
        yield made


@contextlib.asynccontextmanager
async def attackers(running, count: int, first: int, *, each: int):
    """So many connections, `each` of them from one address."""
    async with contextlib.AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Attacker.from_address(f"127.2.{first}.{number // each + 1}", running.port))
            for number in range(count)
        ]


async def answer_s(running) -> float:
    began = time.monotonic()
    async with Visitor.arriving() as visitor:
        sent = await visitor.insist(running.url, 'Hello [[fake: {"text": "Good day to you."}]]')
        async with visitor.page(running.url) as page:
            await page.ended(sent.answer_id)
    return time.monotonic() - began


async def test_an_address_with_all_its_sockets_open_is_told_so_and_others_are_let_in(running):
    async with attackers(running, PER_ADDRESS, 1, each=PER_ADDRESS) as sockets:
        assert [await each.upgrade("/socket") for each in sockets] == [101] * PER_ADDRESS
        async with attackers(running, 1, 1, each=1) as one_more, attackers(running, 1, 2, each=1) as other:
            refused = await one_more[0].ended()
            await other[0].say(REQUEST)

            assert refused.startswith(b"HTTP/1.1 429 ")
            assert b"Retry-After: " in refused
            assert await other[0].status() == 200


async def test_who_waits_for_nothing_makes_room(running):
    async with attackers(running, PER_ADDRESS + 5, 3, each=100) as idle:
        await idle[-1].say(REQUEST)

        assert await idle[-1].status() == 200
        assert await idle[0].ended() == b""


async def test_when_all_places_are_taken_it_says_so_and_says_when_to_come_back(running):
    async with attackers(running, IN_ALL, 4, each=PER_ADDRESS) as sockets:
        for each in sockets:
            await each.upgrade("/socket")
        async with attackers(running, 1, 5, each=1) as one_more:
            refused = await one_more[0].ended()

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: " in refused


async def test_slow_headers_and_slow_bodies_end_and_a_visitor_beside_them_is_answered(running):
    usual_s = await answer_s(running)

    async def drip(attacker: Attacker, begin: bytes) -> bytes:
        """What it is told before its connection ends."""
        await attacker.say(begin)
        ending = asyncio.create_task(attacker.reader.read(-1))
        async with asyncio.timeout(PATIENCE_S):
            while not ending.done():
                await attacker.say(b"x")
                await asyncio.wait([ending], timeout=1)
        return b"" if ending.exception() else ending.result()

    body = b"POST /api/chat/init HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n"
    async with attackers(running, SLOW, 6, each=10) as slow:
        drips = [
            asyncio.create_task(drip(each, b"GET / HTTP/1.1\r\nX-Slow: " if number % 10 else body))
            for number, each in enumerate(slow)
        ]
        await asyncio.sleep(1)
        beside_s = await least_of(lambda: answer_s(running), 2 * usual_s + 1)
        ended = await asyncio.gather(*drips)

    assert beside_s <= 2 * usual_s + 1
    assert {said.split(b" ")[1] for said in ended if said} == {b"408"}

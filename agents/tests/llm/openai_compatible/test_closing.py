"""Who stops listening stops paying: the server's connection is closed at once, and nothing else is disturbed."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, suppress
from dataclasses import replace

import pytest

from agents.llm.chain import Chain
from agents.llm.request import ChatModel, Text
from agents.tests.llm.asking import PATIENT, a_model, a_request, hear, until
from fakes.openai import FakeOpenAI
from fakes.scripts import Received, Script

CLOSED_WITHIN_S = 30.0  # it takes a millisecond; left open, the fake goes on for more than a minute
ENDLESS = Script(tokens=("word ",) * 5000, rate_per_s=50)


async def gone(received: Received) -> float:
    """When the server saw the client leave."""
    await until(lambda: received.gone_at is not None)
    return received.gone_at or 0.0


@pytest.fixture(params=["alone", "in a chain"])
def model(fake: FakeOpenAI, request: pytest.FixtureRequest) -> ChatModel:
    alone = a_model(fake)
    return alone if request.param == "alone" else Chain(alone, fallback_model="second", last=alone)


async def test_closing_the_stream_closes_the_connection(fake: FakeOpenAI, model: ChatModel) -> None:
    fake.then(ENDLESS)
    async with aclosing(model.stream(a_request())) as events:  # type: ignore[type-var]
        async for event in events:
            if isinstance(event, Text):
                break
        left_at = time.monotonic()

    assert await gone(fake.requests[0]) - left_at < CLOSED_WITHIN_S


async def test_cancelling_the_task_closes_the_connection(fake: FakeOpenAI, model: ChatModel) -> None:
    fake.then(ENDLESS)
    task = asyncio.create_task(hear(model))
    await until(lambda: fake.requests and fake.requests[0].tokens_sent)

    left_at = time.monotonic()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert await gone(fake.requests[0]) - left_at < CLOSED_WITHIN_S


@pytest.mark.parametrize("stall_after_tokens", [-1, 0])
async def test_cancelling_before_the_first_token_closes_the_connection(
    fake: FakeOpenAI, model: ChatModel, stall_after_tokens: int
) -> None:
    fake.then(Script(tokens=("a",), stall_after_tokens=stall_after_tokens))
    task = asyncio.create_task(hear(model))
    await until(lambda: fake.requests)
    await asyncio.sleep(0.02)  # for the response's headers

    left_at = time.monotonic()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert await gone(fake.requests[0]) - left_at < CLOSED_WITHIN_S
    assert len(fake.requests) == 1


async def test_a_timeout_closes_the_connection(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("a", "b"), stall_after_tokens=1))

    heard = await hear(a_model(fake, limits=replace(PATIENT, first_token_s=1.0)))
    ended_at = time.monotonic()

    assert heard.cause == "timed_out"
    assert await gone(fake.requests[0]) - ended_at < CLOSED_WITHIN_S


async def test_a_listener_that_is_slow_is_no_stall(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("a", "b", "c"), rate_per_s=100))
    limits = replace(PATIENT, between_tokens_s=1.0)
    heard = ""

    async with aclosing(a_model(fake, limits=limits).stream(a_request())) as events:
        async for event in events:
            if isinstance(event, Text) and not heard:
                await asyncio.sleep(1.2)  # longer than the pause a server may make
            heard += event.text if isinstance(event, Text) else ""

    assert heard == "abc"


async def test_many_at_once_do_not_mix(fake: FakeOpenAI) -> None:
    model = a_model(fake)

    all_heard = await asyncio.gather(*(hear(model, a_request(f"number {i}?")) for i in range(50)))

    assert [heard.text for heard in all_heard] == [f"You asked: number {i}?" for i in range(50)]


async def test_a_reader_that_leaves_does_not_disturb_the_others(fake: FakeOpenAI) -> None:
    fake.then(ENDLESS, Script(tokens=("a", "b", "c"), rate_per_s=20))
    model = a_model(fake)
    leaving = asyncio.create_task(hear(model))
    await until(lambda: fake.requests)
    staying = asyncio.create_task(hear(model))
    await asyncio.sleep(0.05)

    leaving.cancel()
    heard = await staying

    assert heard.text == "abc"

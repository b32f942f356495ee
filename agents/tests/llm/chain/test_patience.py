"""The first word comes in time or not at all, and whoever comes later keeps a share of that time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from agents.llm.chain import Chain, Patience
from agents.llm.request import ChatRequest, ModelError, ModelEvent, Text
from agents.tests.llm.asking import Paced, Time, a_model, hear, loop_time, saying, until
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from voice.tests.live.virtual_time import in_virtual_time

STALLED: list[tuple[float, ModelEvent]] = [(3600.0, Text("Late."))]


class Unreachable:
    """Fails after two seconds of the test's clock and may be asked again at once; notes when it was asked for what."""

    provider = "unreachable"

    def __init__(self, time: Time, takes_s: float = 2.0):
        self._time = time
        self._takes_s = takes_s
        self._began = time.now_s
        self.asked_at: list[tuple[str, float]] = []

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        self.asked_at.append((request.model, self._time.now_s - self._began))
        self._time.now_s += self._takes_s
        raise ModelError("timed_out", "no connection in time", retryable=True, retry_after_s=0.0)
        yield  # makes it a generator


async def test_a_server_that_stalls_is_given_up_for_the_built_in_model(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("a",), stall_after_tokens=0))
    patience = Patience(first_token_s=0.6, built_in_s=0.1)
    began = time.monotonic()

    heard = await hear(Chain(a_model(fake), last=saying("from the pages"), patience=patience))

    assert heard.text == "from the pages"
    assert 0.5 <= time.monotonic() - began < 60  # half of what the model's own limits allow


@in_virtual_time
async def test_a_stalled_model_is_given_up_for_the_built_in_one_in_time() -> None:
    heard = await hear(Chain(Paced(STALLED), last=saying("from the pages"), clock=loop_time))

    assert heard.text == "from the pages"
    assert loop_time() == pytest.approx(29)


@in_virtual_time
async def test_a_stalled_model_leaves_time_for_the_fallback_model() -> None:
    model = Paced(STALLED, [(5.0, Text("Four euros."))])

    heard = await hear(Chain(model, fallback_model="second", clock=loop_time))

    assert heard.text == "Four euros."
    assert loop_time() == pytest.approx(20 + 5)


@in_virtual_time
async def test_when_all_stall_it_is_over_in_time() -> None:
    model = Paced(STALLED, STALLED, STALLED)

    heard = await hear(Chain(model, fallback_model="second", last=model, clock=loop_time))

    assert heard.cause == "timed_out"
    assert model.asked_for == ["", "second", ""]
    assert loop_time() == pytest.approx(30)


@in_virtual_time
async def test_the_limit_is_for_the_first_word_and_not_for_the_answer() -> None:
    heard = await hear(Chain(Paced([(10.0, Text(letter)) for letter in "abcde"]), clock=loop_time))

    assert heard.text == "abcde"
    assert loop_time() == pytest.approx(50)


@pytest.mark.parametrize(
    ("fallback_model", "has_last", "first_until_s", "all_until_s"),
    [("", False, 30, 30), ("", True, 29, 29), ("small", False, 20, 30), ("small", True, 29 * 2 / 3, 29)],
)
async def test_each_has_its_share_of_the_thirty_seconds(
    fallback_model: str, has_last: bool, first_until_s: float, all_until_s: float
) -> None:
    clock = Time()
    model = Unreachable(clock)
    last = saying("from the pages") if has_last else None
    patience = Patience(retries=100, jitter=0.0)

    await hear(
        Chain(model, fallback_model=fallback_model, last=last, patience=patience, clock=clock.clock, sleep=clock.sleep)
    )

    first = [at for name, at in model.asked_at if name == ""]
    second = [at for name, at in model.asked_at if name == "small"]
    assert first_until_s - 2.1 < first[-1] < first_until_s
    assert bool(second) == bool(fallback_model)
    assert all_until_s - 2.1 < (second or first)[-1] < all_until_s


async def test_the_built_in_model_has_its_second_even_when_the_others_took_all() -> None:
    clock = Time()

    heard = await hear(Chain(Unreachable(clock, takes_s=31.0), last=saying("from the pages"), clock=clock.clock))

    assert heard.text == "from the pages"


async def test_cancelling_during_a_wait_ends_it(fake: FakeOpenAI) -> None:
    fake.then(Script(status=429, headers={"Retry-After": "9"}))
    task = asyncio.create_task(hear(Chain(a_model(fake))))
    await until(lambda: fake.requests and fake.requests[0].is_finished)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(fake.requests) == 1

"""Before the first word the same answerer is asked again, when that can help."""

from __future__ import annotations

import pytest

from agents.llm.chain import Chain, Patience
from agents.llm.request import ChatModel, ModelError, Started, Text
from agents.tests.llm.asking import Scripted, Time, a_model, failing, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script


def a_chain(time: Time, model: ChatModel, **fields: object) -> Chain:
    given: dict[str, object] = {"clock": time.clock, "sleep": time.sleep, "chance": lambda: 0.0}
    return Chain(model, **(given | fields))  # type: ignore[arg-type]


async def test_429_with_retry_after_is_waited_for_and_asked_again(fake: FakeOpenAI) -> None:
    fake.then(Script(status=429, headers={"Retry-After": "7"}), Script(text="Four euros."))
    time = Time()

    heard = await hear(a_chain(time, a_model(fake)))

    assert heard.text == "Four euros."
    assert time.sleeps == [7.0]


async def test_429_with_a_long_retry_after_is_not_waited_for(fake: FakeOpenAI) -> None:
    fake.then(Script(status=429, headers={"Retry-After": "60"}))
    time = Time()

    heard = await hear(a_chain(time, a_model(fake)))

    assert heard.cause == "rate_limited"
    assert time.sleeps == []
    assert len(fake.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_in_trouble_is_asked_again(fake: FakeOpenAI, status: int) -> None:
    fake.then(Script(status=status), Script(text="Four euros."))
    time = Time()

    heard = await hear(a_chain(time, a_model(fake)))

    assert heard.text == "Four euros."
    assert heard.error is None
    assert len(heard.started) == 1
    assert time.sleeps == [0.25]


@pytest.mark.parametrize(
    "script",
    [
        Script(tokens=("a",), cut_after_tokens=0),
        Script(tokens=("a",), fail_after_tokens=0),
        Script(tokens=("a",), error_object_after=0),
        Script(tokens=("a",), malformed_at=(0,), fail_after_tokens=0),
        Script(text="", null_content=True),
        Script(text="", empty_choices=True),
    ],
)
async def test_a_stream_without_a_word_is_asked_for_again(fake: FakeOpenAI, script: Script) -> None:
    fake.then(script, Script(text="Four euros."))

    heard = await hear(a_chain(Time(), a_model(fake)))

    assert heard.text == "Four euros."
    assert len(heard.started) == 1


async def test_retries_wait_longer_each_time_and_end() -> None:
    time = Time()
    model = failing(ModelError("provider_error", "HTTP 500", retryable=True))

    heard = await hear(a_chain(time, model, patience=Patience(retries=3)))

    assert heard.cause == "provider_error"
    assert time.sleeps == [0.25, 0.5, 1.0]
    assert len(model.requests) == 4


async def test_jitter_spreads_the_retries() -> None:
    time = Time()
    model = failing(ModelError("rate_limited", "HTTP 429", retryable=True, retry_after_s=2.0))

    await hear(a_chain(time, model, chance=lambda: 1.0))

    assert time.sleeps == [2.125, 2.25]


async def test_what_cannot_get_better_is_not_asked_again(fake: FakeOpenAI) -> None:
    fake.then(Script(status=401))
    time = Time()

    heard = await hear(a_chain(time, a_model(fake)))

    assert heard.cause == "not_configured"
    assert len(fake.requests) == 1


async def test_after_the_first_word_an_error_is_raised_at_once(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("Four ", "euros."), cut_after_tokens=1))
    last = failing(ModelError("provider_error", "not to be asked"))
    time = Time()

    heard = await hear(a_chain(time, a_model(fake), fallback_model="second", last=last))

    assert heard.text == "Four "
    assert heard.cause == "provider_error"
    assert (time.sleeps, last.requests, len(fake.requests)) == ([], [], 1)


async def test_an_empty_text_is_not_a_first_word() -> None:
    model = Scripted(
        [Started("scripted", "any"), Text(""), ModelError("provider_error", "HTTP 500", retryable=True)],
        [Started("scripted", "any"), Text("Four euros.")],
    )

    heard = await hear(a_chain(Time(), model))

    assert heard.events == [Started("scripted", "any"), Text("Four euros.")]


async def test_a_retry_that_would_come_too_late_is_not_waited_for() -> None:
    time = Time()
    model = failing(ModelError("rate_limited", "HTTP 429", retryable=True, retry_after_s=9.0))

    await hear(a_chain(time, model, patience=Patience(first_token_s=12.0)))

    assert time.sleeps == [9.0]
    assert len(model.requests) == 2

"""Who answers when who should does not, what the visitor is told then, and which cause is left when nobody can."""

from __future__ import annotations

import logging

import pytest

from agents.llm.chain import UNREACHABLE_NOTICE, Chain
from agents.llm.request import ModelError, Started, Text
from agents.tests.llm.asking import Scripted, a_model, a_request, failing, hear, saying
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

DOWN = ModelError("provider_error", "HTTP 400")


async def test_the_model_that_can_answers_and_nobody_else_is_asked() -> None:
    model, built_in = saying("Four euros."), saying("from the pages")

    heard = await hear(Chain(model, fallback_model="second", last=built_in))

    assert heard.events == [Started("scripted", "any"), Text("Four euros.")]
    assert len(model.requests) == 1
    assert built_in.requests == []


async def test_the_fallback_model_answers_for_the_first(fake: FakeOpenAI) -> None:
    fake.then(Script(status=404), Script(text="Four euros."))

    heard = await hear(Chain(a_model(fake, model="large"), fallback_model="small", last=saying("from the pages")))

    assert heard.text == "Four euros."
    assert heard.started == [Started("openai", "small")]
    assert [received.body["model"] for received in fake.requests] == ["large", "small"]


async def test_the_model_that_an_agent_wishes_comes_before_the_fallback_model() -> None:
    model = failing(DOWN)

    await hear(Chain(model, fallback_model="small"), a_request(model="wished"))

    assert [asked.model for asked in model.requests] == ["wished", "small"]


async def test_an_agent_that_wishes_the_fallback_model_has_it_asked_once() -> None:
    model = failing(DOWN)

    await hear(Chain(model, fallback_model="small"), a_request(model="small"))

    assert [asked.model for asked in model.requests] == ["small"]


async def test_the_built_in_model_answers_with_a_notice() -> None:
    chain = Chain(failing(DOWN), fallback_model="small", last=saying("from the pages", provider="built-in"))

    heard = await hear(chain)

    assert heard.started == [Started("built-in", "any", notice=str(UNREACHABLE_NOTICE))]
    assert type(heard.started[0].notice) is str  # translated when it is said, not when it is shown
    assert heard.text == "from the pages"
    assert heard.error is None


async def test_a_refused_connection_leaves_the_built_in_model() -> None:
    async def at_once(_: float) -> None:
        return

    async with FakeOpenAI() as fake:
        nowhere = a_model(fake)

    heard = await hear(Chain(nowhere, last=saying("from the pages"), sleep=at_once))

    assert heard.text == "from the pages"


@pytest.mark.parametrize(
    "last",
    [
        None,
        failing(ModelError("not_configured", "no passage answers this")),
        Scripted([Started("built-in", "any")]),
        Scripted([RuntimeError("a defect")]),
    ],
)
async def test_when_all_fail_the_cause_is_the_first_one(last: Scripted | None) -> None:
    model = failing(ModelError("rate_limited", "HTTP 429"), ModelError("not_configured", "HTTP 401"))

    heard = await hear(Chain(model, fallback_model="small", last=last))

    assert heard.cause == "rate_limited"
    assert not heard.events


async def test_a_defect_in_a_model_is_logged_without_values_and_the_next_answers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        heard = await hear(Chain(Scripted([RuntimeError("a secret")]), last=saying("from the pages")))

    assert heard.text == "from the pages"
    assert "RuntimeError" in caplog.text
    assert "a secret" not in caplog.text


async def test_a_defect_after_the_first_word_is_a_provider_error() -> None:
    heard = await hear(Chain(Scripted([Text("Four "), RuntimeError("a defect")]), last=saying("not asked")))

    assert heard.cause == "provider_error"
    assert heard.text == "Four "


async def test_every_stream_that_was_begun_is_closed() -> None:
    model, built_in = failing(DOWN), saying("from the pages")

    await hear(Chain(model, last=built_in))

    assert model.is_closed
    assert built_in.is_closed

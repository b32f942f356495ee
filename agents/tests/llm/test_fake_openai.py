"""The fake server keeps its promises: its scripts can be set from outside, and its schedule is kept."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import openai
import pytest

from agents.llm.request import Text
from agents.tests.llm.asking import a_model, a_request, hear, until
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

QUESTION: Any = [{"role": "user", "content": "Cost?"}]


async def test_it_serves_the_official_client_with_and_without_a_stream(fake: FakeOpenAI) -> None:
    async with openai.AsyncOpenAI(base_url=fake.base_url, api_key="any", max_retries=0) as client:
        whole = await client.chat.completions.create(model="m", messages=QUESTION)
        stream = await client.chat.completions.create(model="m", messages=QUESTION, stream=True)
        streamed = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        models = [model.id async for model in client.models.list()]

    assert whole.choices[0].message.content == streamed == "You asked: Cost?"
    assert models == ["fake"]


async def test_scripts_are_set_and_requests_read_over_http(fake: FakeOpenAI) -> None:
    async with httpx2.AsyncClient(base_url=fake.base_url.removesuffix("/v1")) as control:
        await control.post("/_script", json=[{"text": "one"}, {"tokens": ["t", "w", "o"]}])
        texts = [(await hear(a_model(fake))).text for _ in range(2)]
        received = (await control.get("/_requests")).json()
        wrong = await control.post("/_script", json={"colour": "red"})
        await control.post("/_reset")

    assert texts == ["one", "two"]
    assert [each["is_finished"] for each in received] == [True, True]
    assert received[0]["headers"]["Authorization"] == "Bearer <hidden>"
    assert wrong.status_code == 400
    assert fake.requests == []


@pytest.mark.parametrize(
    "request_fields",
    [
        {"question": 'Cost? [[fake: {"tokens": ["Four ", "euros."], "headers": {"X-A": "b"}}]]'},
        {"model": "fake?text=Four euros.&rate_per_s=100"},
    ],
)
async def test_a_request_may_bring_its_script(fake: FakeOpenAI, request_fields: dict[str, str]) -> None:
    fake.then(Script(text="not this"))

    heard = await hear(a_model(fake), a_request(**request_fields))

    assert heard.text == "Four euros."


async def test_tokens_come_when_they_are_due(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("a",) * 11, first_token_s=0.1, rate_per_s=50))
    arrivals = []

    began = time.monotonic()
    async for event in a_model(fake).stream(a_request()):
        if isinstance(event, Text):
            arrivals.append(time.monotonic() - began)

    assert arrivals[0] >= 0.1
    assert arrivals[-1] >= 0.3  # unscripted it would be at once


def test_it_serves_from_a_thread() -> None:
    with FakeOpenAI().in_thread() as fake:
        client = openai.OpenAI(base_url=fake.base_url, api_key="any", max_retries=0)
        fake.then(Script(text="Four euros."))
        with client:
            answer = client.chat.completions.create(model="m", messages=QUESTION)

    assert answer.choices[0].message.content == "Four euros."


async def test_what_a_test_before_left_held_takes_no_step_of_the_next(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("left", " over"), hold_after_tokens=1))
    left = asyncio.create_task(hear(a_model(fake)))
    await until(lambda: fake.requests and fake.requests[0].tokens_sent == 1)

    fake.reset()
    await left
    fake.go_on_once()
    fake.then(Script(tokens=("next", " one"), hold_after_tokens=1))

    assert (await hear(a_model(fake))).text == "next one"

"""Servers that do not answer at all: the cause, and whether to ask again."""

from __future__ import annotations

import asyncio
import socket

import pytest

from agents.llm.openai_compatible import OpenAICompatible, close_clients
from agents.tests.llm.asking import PATIENT, a_model, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script


@pytest.mark.parametrize(
    ("status", "code", "cause", "is_retryable"),
    [
        (400, "context_length_exceeded", "provider_error", False),
        (401, "invalid_api_key", "not_configured", False),
        (403, None, "not_configured", False),
        (404, "model_not_found", "not_configured", False),
        (408, None, "timed_out", True),
        (409, None, "provider_error", True),
        (413, None, "provider_error", False),
        (429, "rate_limit_exceeded", "rate_limited", True),
        (429, "insufficient_quota", "rate_limited", False),
        (500, "server_error", "provider_error", True),
        (503, None, "provider_error", True),
        (504, None, "timed_out", True),
    ],
)
async def test_a_status_tells_the_cause(
    fake: FakeOpenAI, status: int, code: str | None, cause: str, is_retryable: bool
) -> None:
    fake.then(Script(status=status, error={"message": "no", "code": code}))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == (cause, is_retryable)
    assert str(status) in str(heard.error)
    assert len(fake.requests) == 1
    assert not heard.events


async def test_a_wrong_key_is_not_configured() -> None:
    async with FakeOpenAI(api_key="sk-right") as fake:
        heard = await hear(a_model(fake, api_key="sk-wrong"))
        await close_clients()

    assert heard.cause == "not_configured"


async def test_an_unknown_model_is_not_configured() -> None:
    async with FakeOpenAI(models=("small",)) as fake:
        heard = await hear(a_model(fake, model="unknown"))
        await close_clients()

    assert heard.cause == "not_configured"


@pytest.mark.parametrize(
    ("headers", "retry_after_s"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "7", "Retry-After-Ms": "250"}, 0.25),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({}, None),
    ],
)
async def test_the_server_says_when_to_come_back(
    fake: FakeOpenAI, headers: dict[str, str], retry_after_s: float | None
) -> None:
    fake.then(Script(status=429, headers=headers))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert heard.error.retry_after_s == retry_after_s


async def test_a_refused_connection_is_a_provider_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        model = OpenAICompatible(base_url=f"http://127.0.0.1:{unused.getsockname()[1]}/v1", model="m", limits=PATIENT)

        heard = await hear(model)
        await close_clients()

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == ("provider_error", True)


async def test_a_server_that_hangs_up_is_a_provider_error_and_no_timeout(fake: FakeOpenAI) -> None:
    fake.then(Script(cut_after_tokens=0, tokens=("a",)))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == ("provider_error", True)


async def test_a_web_page_at_the_base_url_is_not_configured(fake: FakeOpenAI) -> None:
    fake.then(Script(text="<html>", headers={"Content-Type": "text/html"}))

    heard = await hear(a_model(fake))

    assert heard.cause == "not_configured"


async def test_a_server_that_speaks_no_http_is_a_provider_error() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    heard = await hear(OpenAICompatible(base_url=f"http://127.0.0.1:{port}/v1", model="m", limits=PATIENT))
    await close_clients()
    server.close()

    assert heard.cause == "provider_error"


@pytest.mark.parametrize("key", ["sk-…", "sk-a\nb", "sk-é"])
async def test_a_key_that_no_header_can_hold_is_not_configured(fake: FakeOpenAI, key: str) -> None:
    heard = await hear(a_model(fake, api_key=key))

    assert heard.cause == "not_configured"
    assert key not in str(heard.error)
    assert not fake.requests

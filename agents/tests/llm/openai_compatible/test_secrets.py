"""No key and no message text in exceptions, their tracebacks, reprs or the log, even when the server repeats them."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

import pytest

from agents.llm.chain import Chain, Patience
from agents.llm.openai_compatible import close_clients
from agents.tests.llm.asking import PATIENT, a_model, a_request, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

KEY = "sk-secret-0123456789"
QUESTION = "my telephone number is 0190"
NO_WAIT = Patience(retries=1, backoff_s=0.0)
ECHO = {"message": f"you said {QUESTION} with {KEY}", "code": f"bad {KEY}", "type": QUESTION, "param": KEY}


@pytest.mark.parametrize(
    "script",
    [
        Script(status=400, error=ECHO),
        Script(status=401, error=ECHO),
        Script(status=429, error=ECHO),
        Script(status=500, error=ECHO),
        Script(tokens=("a",), error_object_after=0, error=ECHO),
        Script(tokens=("a",), malformed_at=(0, 0, 0, 0)),
        Script(tokens=("a",), cut_after_tokens=0),
        Script(tokens=("a",), stall_after_tokens=0),
    ],
)
async def test_an_error_holds_no_secret(fake: FakeOpenAI, caplog: pytest.LogCaptureFixture, script: Script) -> None:
    fake.then(script)
    limits = replace(PATIENT, first_token_s=1.0)  # for the one that stalls
    chain = Chain(a_model(fake, api_key=KEY, limits=limits), patience=NO_WAIT)

    with caplog.at_level(logging.DEBUG):
        heard = await hear(chain, a_request(QUESTION))

    assert heard.error is not None or len(fake.requests) > 1
    told = caplog.text + "".join(traceback.format_exception(heard.error))
    assert KEY not in told
    assert QUESTION not in told


async def test_a_gateway_that_repeats_a_wrong_key_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeOpenAI(api_key="sk-right") as fake:
        with caplog.at_level(logging.DEBUG):
            heard = await hear(Chain(a_model(fake, api_key=KEY)))
        await close_clients()

    assert heard.error is not None
    assert KEY not in caplog.text + "".join(traceback.format_exception(heard.error))


async def test_a_model_does_not_show_its_key(fake: FakeOpenAI) -> None:
    assert KEY not in repr(a_model(fake, api_key=KEY))


async def test_the_fake_does_not_keep_the_key(fake: FakeOpenAI) -> None:
    await hear(a_model(fake, api_key=KEY))

    assert KEY not in repr(fake.requests)

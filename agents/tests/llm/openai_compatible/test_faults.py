"""Answers that begin, or seem to, and go wrong: what was said stays said, and the cause is told."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from agents.llm.openai_compatible import Limits
from agents.tests.llm.asking import PATIENT, a_model, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

TOKENS = ("One ", "two ", "three ", "four.")
NO_FIRST_WORD = replace(PATIENT, first_token_s=0.5)
NO_NEXT_WORD = replace(PATIENT, between_tokens_s=1.0)
THE_OTHER_LIMITS_S = 60.0  # half of them; far more than a busy machine adds to the limit that is meant


@pytest.mark.parametrize("stall_after_tokens", [-1, 0])
async def test_silence_before_the_first_token_times_out(fake: FakeOpenAI, stall_after_tokens: int) -> None:
    fake.then(Script(tokens=TOKENS, stall_after_tokens=stall_after_tokens))
    began = time.monotonic()

    heard = await hear(a_model(fake, limits=NO_FIRST_WORD))

    assert heard.cause == "timed_out"
    assert NO_FIRST_WORD.first_token_s <= time.monotonic() - began < THE_OTHER_LIMITS_S
    assert not heard.text


async def test_silence_between_tokens_times_out_and_keeps_what_was_said(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, stall_after_tokens=2))

    heard = await hear(a_model(fake, limits=NO_NEXT_WORD))

    assert heard.cause == "timed_out"
    assert heard.text == "One two "


@pytest.mark.parametrize("stall_after_tokens", [0, 2])
async def test_keep_alives_do_not_hold_off_the_timeout(fake: FakeOpenAI, stall_after_tokens: int) -> None:
    fake.then(Script(tokens=TOKENS, stall_after_tokens=stall_after_tokens, keep_alive_s=0.02))

    limits = replace(PATIENT, first_token_s=1.0, between_tokens_s=1.0)
    async with asyncio.timeout(THE_OTHER_LIMITS_S):
        heard = await hear(a_model(fake, limits=limits))

    assert heard.cause == "timed_out"


async def test_a_slow_answer_is_no_stall(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, rate_per_s=10))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text == "One two three four."


@pytest.mark.parametrize("fault", [{"cut_after_tokens": 2}, {"fail_after_tokens": 2}])
async def test_a_stream_that_ends_before_it_is_finished_is_an_error(fake: FakeOpenAI, fault: dict[str, int]) -> None:
    fake.then(Script(tokens=TOKENS, rate_per_s=200, **fault))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == ("provider_error", True)
    assert heard.text == "One two "
    assert not heard.usage


@pytest.mark.parametrize("script", [Script(tokens=TOKENS, no_done=True), Script(tokens=TOKENS, finish_reason=None)])
async def test_a_finish_reason_or_done_is_enough_of_an_end(fake: FakeOpenAI, script: Script) -> None:
    fake.then(script)

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text == "One two three four."


@pytest.mark.parametrize(
    ("finish_reason", "cut"),
    [
        *(("stop", None), ("STOP", None), ("eos", None), ("end_turn", None), ("something new", None)),
        *(("length", "length"), ("max_tokens", "length"), ("MAX_TOKENS", "length"), ("model_length", "length")),
        *(("content_filter", "filtered"), ("SAFETY", "filtered"), ("sensitive", "filtered")),
        *(("error", "ended"), ("tool_calls", "ended"), ("function_call", "ended"), (None, "ended")),
        *(("insufficient_system_resource", "ended"), ("abort", "ended")),
    ],
)
async def test_the_reason_of_its_end_tells_whether_an_answer_is_whole(
    fake: FakeOpenAI, finish_reason: str | None, cut: str | None
) -> None:
    fake.then(Script(tokens=TOKENS, finish_reason=finish_reason))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text == "One two three four."
    assert heard.cut == cut


async def test_without_a_token_count_there_is_none(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, no_usage=True))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert not heard.usage


async def test_a_piece_lost_on_the_way_is_marked_and_logged(fake: FakeOpenAI, caplog: pytest.LogCaptureFixture) -> None:
    fake.then(Script(tokens=("It costs 1", "00.", "50 EUR."), rate_per_s=200, malformed_at=(1,)))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.cut == "hole"
    assert "could not be read" in caplog.text


async def test_a_beginning_lost_on_the_way_is_asked_for_again(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, malformed_at=(0,)), Script(tokens=TOKENS))

    heard = await hear(a_model(fake))

    assert (heard.text, heard.cut) == ("One two three four.", None)
    assert len(fake.requests) == 2


async def test_a_server_that_always_begins_with_a_broken_event_is_heard_all_the_same(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, malformed_at=(0,)), Script(tokens=TOKENS, malformed_at=(0,)))

    heard = await hear(a_model(fake))

    assert (heard.text, heard.cut) == ("One two three four.", "hole")


async def test_more_malformed_chunks_are_an_error(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, rate_per_s=200, malformed_at=(1, 2, 3, 3)))

    heard = await hear(a_model(fake))

    assert heard.cause == "provider_error"
    assert heard.text == "One two three "


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ({"message": "overloaded", "type": "server_error"}, "provider_error"),
        ({"message": "slow down", "code": "rate_limit_exceeded"}, "rate_limited"),
        ({"message": "slow down", "code": 429}, "rate_limited"),
        ({"message": "late", "type": "timeout_error"}, "timed_out"),
        ({"message": "key", "code": "invalid_api_key"}, "not_configured"),
    ],
)
async def test_an_error_in_the_stream_ends_it_with_its_cause(
    fake: FakeOpenAI, error: dict[str, object], cause: str
) -> None:
    fake.then(Script(tokens=TOKENS, error_object_after=2, error=error))

    heard = await hear(a_model(fake))

    assert heard.cause == cause
    assert heard.text == "One two "


async def test_empty_choices_and_null_content_are_passed_over(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=TOKENS, empty_choices=True, null_content=True))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.text == "One two three four."
    assert [usage.output_tokens for usage in heard.usage] == [4]


async def test_an_answer_without_a_word_is_an_error(fake: FakeOpenAI) -> None:
    fake.then(Script(text="", null_content=True))

    heard = await hear(a_model(fake))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == ("provider_error", True)


@pytest.mark.parametrize("tokens", [("x" * 100,) * 100, ("x" * 200_000,)])
async def test_an_answer_without_end_is_stopped_at_its_limit(fake: FakeOpenAI, tokens: tuple[str, ...]) -> None:
    fake.then(Script(tokens=tokens, rate_per_s=1000))

    heard = await hear(a_model(fake, limits=replace(PATIENT, answer_chars=1000)))

    assert heard.cause == "provider_error"
    assert len(heard.text) == 1000


@pytest.mark.parametrize(
    "blank", ["\n\n", "   ", "\u200b", "\u2060\ufeff", "\u00a0\u3000", "\u2800", "\u3164", "\t\u00ad"]
)
async def test_an_answer_of_blanks_is_none(fake: FakeOpenAI, blank: str) -> None:
    fake.then(Script(tokens=(blank, blank)))

    heard = await hear(a_model(fake))

    assert heard.cause == "provider_error"
    assert not heard.text


async def test_blank_lines_before_the_first_word_are_dropped_and_its_indentation_is_kept(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("\n", "\n   ", " ", "- Rye\n", "- Oat"), rate_per_s=200))

    heard = await hear(a_model(fake))

    assert heard.text == "    - Rye\n- Oat"


@pytest.mark.parametrize(
    ("no_done", "limits"), [(False, replace(PATIENT, drain_s=0.1)), (True, replace(PATIENT, tail_s=0.1))]
)
async def test_a_server_that_keeps_the_connection_open_after_the_end_does_not_keep_the_visitor(
    fake: FakeOpenAI, no_done: bool, limits: Limits
) -> None:
    fake.then(Script(tokens=TOKENS, no_done=no_done, stall_after_end=True))
    began = time.monotonic()

    heard = await hear(a_model(fake, limits=limits))

    assert heard.error is None
    assert heard.text == "One two three four."
    assert time.monotonic() - began < 30  # half of what the other limits would allow

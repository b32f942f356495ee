"""Models that think: nothing of it is said, it is a sign of life, and it has a limit of its own."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from agents.llm.chain import Chain, Patience
from agents.llm.request import TakenBack, Text, Thinking
from agents.tests.llm.asking import PATIENT, Heard, Paced, a_model, a_request, hear, loop_time, saying
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from voice.tests.live.virtual_time import in_virtual_time

# The eight thoughts take longer than any silence may, and a silence may be six times the pause between two.
HASTY = replace(PATIENT, first_token_s=1.0, between_tokens_s=1.0)
THOUGHTS = ("They ", "ask ", "about ", "the ", "price ", "of ", "bread. ", "Hm. ")


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking", "reasoning_text"])
async def test_thinking_that_takes_longer_than_a_silence_may_is_waited_for(fake: FakeOpenAI, field: str) -> None:
    fake.then(Script(thinking=THOUGHTS, thinking_as=field, text="Four euros.", rate_per_s=6))

    heard = await hear(a_model(fake, limits=HASTY))

    assert heard.error is None
    assert heard.text == "Four euros."
    assert isinstance(heard.events[1], Thinking)


async def test_thinking_as_text_is_waited_for_too(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("<think>", *THOUGHTS, "</think>", "\n\nFour ", "euros."), rate_per_s=6))

    heard = await hear(a_model(fake, limits=HASTY))

    assert heard.all_text == "Four euros."
    assert heard.has_thought


async def test_thinking_in_the_middle_of_an_answer_is_waited_for(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("It costs ", "<think>", *THOUGHTS, "</think>", "4 €."), rate_per_s=6))

    heard = await hear(a_model(fake, limits=HASTY))

    assert heard.all_text == "It costs 4 €."


async def test_thinking_has_a_limit(fake: FakeOpenAI) -> None:
    fake.then(Script(thinking=THOUGHTS * 150, rate_per_s=20, text="Late."))  # a minute of it
    began = time.monotonic()

    heard = await hear(a_model(fake, limits=replace(PATIENT, thinking_s=0.5)))

    assert heard.error is not None
    assert (heard.error.cause, heard.error.retryable) == ("timed_out", False)
    assert time.monotonic() - began < 30


async def test_silence_while_it_thinks_is_silence(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("<think>They ", "ask"), stall_after_tokens=1))

    heard = await hear(a_model(fake, limits=HASTY))

    assert heard.cause == "timed_out"


@pytest.mark.parametrize(
    "script",
    [
        Script(thinking=THOUGHTS, text=""),
        Script(text="<think>They ask and ask"),
        Script(text="<think>They ask and ask", finish_reason="length"),
        Script(text='<tool_call>{"name": "find"}</tool_call>', finish_reason="tool_calls"),
    ],
)
async def test_who_only_thought_has_not_answered_and_the_next_one_does(fake: FakeOpenAI, script: Script) -> None:
    fake.then(script)

    heard = await hear(Chain(a_model(fake, limits=HASTY), last=saying("from the pages")))

    assert heard.text == "from the pages"
    assert len(fake.requests) == 1


async def test_thinking_without_an_opening_tag_is_taken_back_once_and_then_waited_for(fake: FakeOpenAI) -> None:
    tokens = ("They ", "ask.", "</think>", "\n\nFour ", "euros.")
    fake.then(Script(tokens=tokens, hold_after_tokens=2), Script(tokens=tokens), Script(text="Four."))

    first = Heard()
    async for event in a_model(fake).stream(a_request()):
        first.events.append(event)
        if isinstance(event, Text):
            fake.go_on()  # it is said before the tag comes
    second, third = await hear(a_model(fake)), await hear(a_model(fake))

    assert first.text == second.text == "Four euros."
    assert any(isinstance(event, TakenBack) for event in first.events)
    assert second.all_text == "Four euros."
    assert third.text == "Four."


@in_virtual_time
async def test_the_chain_passes_thinking_on_at_once_and_its_time_does_not_count() -> None:
    model = Paced([*[(10.0, Thinking())] * 8, (10.0, Text("Four euros."))])

    heard = await hear(Chain(model, last=saying("late"), clock=loop_time))

    assert heard.text == "Four euros."
    assert heard.events[0] == Thinking()
    assert loop_time() == pytest.approx(90)


@in_virtual_time
async def test_after_long_thinking_in_vain_the_fallback_model_still_has_its_time() -> None:
    model = Paced([(10.0, Thinking())] * 8, [(15.0, Text("Five euros."))])

    heard = await hear(Chain(model, fallback_model="second", last=saying("late"), clock=loop_time))

    assert heard.text == "Five euros."
    assert loop_time() == pytest.approx(80 + 15)


@pytest.mark.parametrize("sent", [1, 2, 3])
async def test_plain_tokens_come_as_they_are_sent(fake: FakeOpenAI, sent: int) -> None:
    tokens = ("Four ", "euros ", "[each]", " today.")
    fake.then(Script(tokens=tokens, hold_after_tokens=sent))
    come = ""

    async with asyncio.timeout(PATIENCE_S), aclosing(a_model(fake).stream(a_request())) as events:
        async for event in events:
            come += event.text if isinstance(event, Text) else ""
            if come == "".join(tokens[:sent]):
                fake.go_on()

    assert come == "".join(tokens)


async def test_a_blank_first_word_does_not_choose_who_answers(fake: FakeOpenAI) -> None:
    blank: dict[str, Any] = {"tokens": ("\n", "\u200b")}
    fake.then(*[Script(**blank)] * 3)

    heard = await hear(Chain(a_model(fake), last=saying("from the pages"), patience=Patience(backoff_s=0.0)))

    assert heard.text == "from the pages"

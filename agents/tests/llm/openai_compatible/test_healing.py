"""Servers that refuse what they are asked: asked otherwise, remembered when that worked, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest

from agents.llm.asking import REMEMBERED_S, Asking, Memory
from agents.llm.request import Passage, PastMessage
from agents.tests.llm.asking import Time, a_model, a_request, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

TURNS = tuple(PastMessage("user" if at % 2 == 0 else "assistant", f"{at} " + "word " * 40) for at in range(9))
PASSAGES = tuple(Passage("d", "Prices", "", f"{at} " + "bread " * 60, score=at) for at in range(4))
TOO_LONG: list[dict[str, Any]] = [
    {"status": 400, "error": {"message": "too long", "code": "context_length_exceeded"}},
    {"status": 400, "error": {"message": "m", "type": "exceed_context_size_error", "code": 400, "n_ctx": 256}},
    {"status": 400, "error": {"message": "This model's maximum context length is 4096 tokens.", "code": 400}},
    {"status": 413, "error": {"message": "Request too large", "code": "request_too_large"}},
    {"status": 200, "events": ({"error": {"message": "m", "code": "context_length_exceeded"}},)},
]
NO_SYSTEM: list[dict[str, Any]] = [
    {"status": 400, "error": {"message": "System role not supported", "type": "BadRequestError", "code": 400}},
    {"status": 500, "error": {"message": "Jinja Exception: Conversation roles must alternate user/assistant/..."}},
    {"status": 400, "error": {"message": "Developer instruction is not enabled for models/gemma-3", "code": 400}},
]


def roles(body: dict[str, Any]) -> list[str]:
    return [message["role"] for message in body["messages"]]


@pytest.mark.parametrize("fault", TOO_LONG)
async def test_a_request_that_is_too_long_is_asked_again_shorter_until_it_fits(
    fake: FakeOpenAI, fault: dict[str, Any]
) -> None:
    fake.then(Script(**fault), Script(**fault), Script(text="Four euros."))

    heard = await hear(a_model(fake), a_request(history=TURNS, passages=PASSAGES))

    assert heard.text == "Four euros."
    sizes = [len(str(received.body["messages"])) for received in fake.requests]
    assert sizes == sorted(sizes, reverse=True)
    assert all(TURNS[-1].text in received.body["messages"][-1]["content"] for received in fake.requests)
    assert all("You sell bread." in received.body["messages"][0]["content"] for received in fake.requests)


async def test_a_length_that_was_too_long_is_not_tried_again(fake: FakeOpenAI) -> None:
    fake.then(Script(**TOO_LONG[0]), Script(text="Four euros."), Script(text="Five euros."))
    request = a_request(history=TURNS, passages=PASSAGES)

    await hear(a_model(fake), request)
    await hear(a_model(fake), request)

    assert len(fake.requests) == 3
    assert fake.requests[1].body["messages"] == fake.requests[2].body["messages"]


async def test_what_is_too_long_with_nothing_left_to_leave_out_is_an_error(fake: FakeOpenAI) -> None:
    fake.then(*[Script(**TOO_LONG[0])] * 9)

    heard = await hear(a_model(fake), a_request(history=TURNS))

    assert heard.cause == "provider_error"
    assert len(fake.requests) <= 4


@pytest.mark.parametrize(
    "error",
    [
        {"message": "max_tokens is too large: 90000. At most 16384.", "param": "max_tokens", "code": "invalid_value"},
        {"message": "'max_tokens' or 'max_completion_tokens' is too large: 90000. The maximum context length is"},
        {"message": "`max_completion_tokens` must be less than or equal to `32768`", "type": "invalid_request_error"},
    ],
)
async def test_a_limit_of_the_answer_that_is_too_large_is_left_out_and_a_smaller_one_is_not(
    fake: FakeOpenAI, error: dict[str, Any]
) -> None:
    fake.then(Script(status=400, error=error), Script(text="Yes."), Script(text="Again."), Script(text="Small."))

    first = await hear(a_model(fake), a_request(max_tokens=90_000))
    await hear(a_model(fake), a_request(max_tokens=90_000))
    await hear(a_model(fake), a_request(max_tokens=300))

    assert first.text == "Yes."
    assert [received.body.get("max_completion_tokens") for received in fake.requests] == [90_000, None, None, 300]


@pytest.mark.parametrize("fault", NO_SYSTEM)
async def test_a_model_without_a_system_role_reads_the_instructions_in_the_visitors_turn(
    fake: FakeOpenAI, fault: dict[str, Any]
) -> None:
    fake.then(Script(**fault), Script(text="Yes."), Script(text="Again."))

    first = await hear(a_model(fake), a_request("Any bread?"))
    second = await hear(a_model(fake), a_request("Any bread?"))

    assert (first.text, second.text) == ("Yes.", "Again.")
    assert [roles(received.body) for received in fake.requests] == [["system", "user"], ["user"], ["user"]]
    assert "You sell bread." in fake.requests[1].body["messages"][0]["content"]
    assert fake.requests[1].body["messages"][0]["content"].endswith("Any bread?")


async def test_a_refusal_that_quotes_the_visitor_teaches_nothing(fake: FakeOpenAI) -> None:
    question = "Is temperature not supported by your oven?"
    fake.then(Script(status=400, error={"message": f"Invalid prompt: {question}"}), Script(text="Yes."))

    await hear(a_model(fake), a_request(question, temperature=0.2))
    await hear(a_model(fake), a_request("And now?", temperature=0.2))

    assert fake.requests[-1].body["temperature"] == 0.2


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation", "model_not_found", "invalid_api_key"])
async def test_a_refusal_of_the_content_is_not_asked_again(fake: FakeOpenAI, code: str) -> None:
    fake.then(Script(status=400, error={"message": "temperature is not supported", "code": code}))

    heard = await hear(a_model(fake), a_request(temperature=0.2))

    assert heard.error is not None
    assert len(fake.requests) == 1


async def test_a_refusal_that_names_nothing_is_asked_once_without_all_that_may_be_left_out(fake: FakeOpenAI) -> None:
    fake.then(*[Script(status=400, error={"message": "Bad request"})] * 9)

    heard = await hear(a_model(fake), a_request(temperature=0.2))

    assert heard.cause == "provider_error"
    assert [set(received.body) for received in fake.requests[1:]] == [{"model", "messages", "stream"}]


async def test_what_did_not_help_is_not_remembered(fake: FakeOpenAI) -> None:
    refused = Script(status=400, error={"message": "no", "param": "temperature", "code": "unsupported_value"})
    fake.then(refused, *[Script(status=400, error={"message": "Bad request"})] * 2, Script(text="Yes."))

    await hear(a_model(fake), a_request(temperature=0.2))
    await hear(a_model(fake), a_request(temperature=0.2))

    assert "temperature" in fake.requests[-1].body


@pytest.mark.parametrize("fact", ["temperature", "stream_options", "system role"])
def test_what_was_learned_is_forgotten_after_a_time(fact: str) -> None:
    time = Time()
    memory = Memory(clock=time.clock)
    memory.learn(fact)

    before = Asking(a_request(temperature=0.2), "small", memory).parameters()
    time.now_s += REMEMBERED_S + 1
    after = Asking(a_request(temperature=0.2), "small", memory).parameters()

    assert before != after
    assert {"temperature", "stream_options"} <= set(after)
    assert roles(after) == ["system", "user"]


async def test_a_refusal_by_fastapi_names_its_field_in_a_list(fake: FakeOpenAI) -> None:
    detail = [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs", "input": {}}]
    fake.then(Script(status=422, body={"detail": detail}), Script(text="Yes."))

    heard = await hear(a_model(fake), a_request(temperature=0.2))

    assert heard.text == "Yes."
    assert "stream_options" not in fake.requests[1].body
    assert "temperature" in fake.requests[1].body

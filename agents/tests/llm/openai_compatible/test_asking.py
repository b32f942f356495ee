"""What a server is asked, and what is kept of its answer when nothing goes wrong."""

from __future__ import annotations

import pytest

from agents.llm.request import PastMessage, Started, Text, Usage
from agents.tests.llm.asking import a_model, a_request, hear
from fakes.openai import FakeOpenAI
from fakes.scripts import Script


async def test_the_answer_comes_as_started_then_text_then_usage(fake: FakeOpenAI) -> None:
    fake.then(Script(tokens=("Four ", "euros."), rate_per_s=100))

    heard = await hear(a_model(fake))

    assert heard.error is None
    assert heard.events[0] == Started("openai", "small")
    assert {type(event) for event in heard.events[1:-1]} == {Text}
    assert heard.text == "Four euros."
    assert isinstance(heard.events[-1], Usage)
    assert heard.events[-1].output_tokens == 2


async def test_the_request_holds_messages_model_temperature_and_length(fake: FakeOpenAI) -> None:
    request = a_request(temperature=0.2, max_tokens=300, history=(PastMessage("user", "Hi"),))

    await hear(a_model(fake), request)

    body = fake.requests[0].body
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert {name: body[name] for name in body if name != "messages"} == {
        "model": "small",
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.2,
        "max_completion_tokens": 300,
    }


async def test_what_an_agent_leaves_open_is_not_sent(fake: FakeOpenAI) -> None:
    await hear(a_model(fake), a_request())

    assert set(fake.requests[0].body) == {"model", "messages", "stream", "stream_options"}


async def test_a_request_may_name_its_own_model(fake: FakeOpenAI) -> None:
    heard = await hear(a_model(fake, model="small"), a_request(model="large"))

    assert fake.requests[0].body["model"] == "large"
    assert heard.started == [Started("openai", "large")]


async def test_no_model_at_all_is_not_configured(fake: FakeOpenAI) -> None:
    heard = await hear(a_model(fake, model=""))

    assert heard.cause == "not_configured"
    assert not fake.requests


async def test_without_a_key_none_is_sent(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")

    heard = await hear(a_model(fake, api_key=""))

    assert heard.error is None
    assert "Authorization" not in fake.requests[0].headers


async def test_answers_share_a_connection(fake: FakeOpenAI) -> None:
    for _ in range(3):
        await hear(a_model(fake))

    assert len({request.connection for request in fake.requests}) == 1


async def test_the_newer_name_for_the_length_gives_way_to_the_older_and_stays_so(fake: FakeOpenAI) -> None:
    fake.then(
        Script(status=400, error={"message": "Unrecognized request argument supplied: max_completion_tokens"}),
        Script(text="Yes."),
        Script(text="Again."),
    )
    request = a_request(max_tokens=300)

    first = await hear(a_model(fake), request)
    second = await hear(a_model(fake), request)

    assert (first.text, second.text) == ("Yes.", "Again.")
    names = [{"max_tokens", "max_completion_tokens"} & set(received.body) for received in fake.requests]
    assert names == [{"max_completion_tokens"}, {"max_tokens"}, {"max_tokens"}]


@pytest.mark.parametrize("name", ["temperature", "stream_options"])
async def test_a_refused_parameter_is_left_out(fake: FakeOpenAI, name: str) -> None:
    error = {"message": f"Unsupported value: '{name}'.", "param": name, "code": "unsupported_value"}
    fake.then(Script(status=400, error=error), Script(text="Yes."))

    heard = await hear(a_model(fake), a_request(temperature=0.2))

    assert heard.text == "Yes."
    assert name in fake.requests[0].body
    assert name not in fake.requests[1].body


async def test_parameters_refused_one_after_another_are_all_left_out(fake: FakeOpenAI) -> None:
    names = ["max_completion_tokens", "stream_options", "temperature", "max_tokens"]
    fake.then(*(Script(status=422, error={"message": f"{name}: extra inputs are not permitted"}) for name in names))

    heard = await hear(a_model(fake), a_request("Ok?", temperature=0.2, max_tokens=9))

    assert heard.text == "You asked: Ok?"
    assert set(fake.requests[-1].body) == {"model", "messages", "stream"}


async def test_a_refusal_is_remembered_for_that_model_only(fake: FakeOpenAI) -> None:
    fake.then(Script(status=400, error={"message": "'temperature' is not supported with this model"}))

    await hear(a_model(fake), a_request(temperature=0.2, model="thinker"))
    await hear(a_model(fake), a_request(temperature=0.2, model="talker"))

    assert ["temperature" in received.body for received in fake.requests] == [True, False, True]

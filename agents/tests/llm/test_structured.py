"""JSON from a chat model: by schema where the server knows one, by JSON mode or by words alone where it does not."""

from __future__ import annotations

import pytest

from agents.llm.asking import Memory
from agents.llm.request import ModelError, Usage
from agents.llm.structured import MAX_OBJECTS, ask, objects
from agents.tests.llm.asking import a_model, a_request
from fakes.effort import within_effort
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
ANSWER = '{"name": "Jo"}'


def formats(fake: FakeOpenAI) -> list[str]:
    return [(received.body.get("response_format") or {}).get("type", "") for received in fake.requests]


async def test_the_schema_is_sent_and_the_answer_read_with_its_cost(fake: FakeOpenAI) -> None:
    fake.then(Script(text=ANSWER))

    found = await ask(a_model(fake), a_request(schema=SCHEMA))

    asked = fake.requests[0].body["response_format"]
    assert asked["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert found.objects == ({"name": "Jo"},)
    assert found.model == "small"
    assert isinstance(found.usage, Usage)


async def test_an_answer_to_a_visitor_asks_for_no_format(fake: FakeOpenAI) -> None:
    fake.then(Script(text="Four euros."))

    await ask(a_model(fake), a_request())

    assert formats(fake) == [""]


@pytest.mark.parametrize(
    "refusal",
    [
        {"message": "'response_format' of type 'json_schema' is not supported.", "param": "response_format"},
        {"message": "This response_format type is unavailable now"},
        {"message": "This model does not support response format `json_schema`."},
        {"message": "Failed to parse grammar"},
        {"message": "Structured outputs are not available for this model"},
    ],
)
async def test_a_server_without_schemas_is_asked_in_json_mode(fake: FakeOpenAI, refusal: dict[str, str]) -> None:
    fake.then(Script(status=400, error=refusal), Script(text=ANSWER))

    found = await ask(a_model(fake), a_request(schema=SCHEMA))

    assert formats(fake) == ["json_schema", "json_object"]
    assert found.objects == ({"name": "Jo"},)


async def test_a_server_that_knows_no_format_is_asked_by_words_alone(fake: FakeOpenAI) -> None:
    refusal = Script(status=422, error={"message": "extra fields not permitted", "param": "response_format"})
    fake.then(refusal, refusal, Script(text=f"Sure! Here it is:\n```json\n{ANSWER}\n```"))

    found = await ask(a_model(fake), a_request(schema=SCHEMA))

    assert formats(fake) == ["json_schema", "json_object", ""]
    assert found.objects == ({"name": "Jo"},)


async def test_what_was_learned_of_a_server_holds_for_the_next_request(fake: FakeOpenAI) -> None:
    memories: dict[str, Memory] = {}
    fake.then(Script(status=400, error={"message": "no json_schema"}), Script(text=ANSWER), Script(text=ANSWER))

    for _ in range(2):
        await ask(a_model(fake, memories=memories), a_request(schema=SCHEMA))

    assert formats(fake) == ["json_schema", "json_object", "json_object"]


async def test_thinking_is_no_answer(fake: FakeOpenAI) -> None:
    fake.then(Script(text=f'<think>maybe {{"name": "Max"}}</think>{ANSWER}'))

    found = await ask(a_model(fake), a_request(schema=SCHEMA))

    assert found.objects == ({"name": "Jo"},)


async def test_a_failure_is_the_callers(fake: FakeOpenAI) -> None:
    fake.then(Script(status=503))

    with pytest.raises(ModelError) as raised:
        await ask(a_model(fake), a_request(schema=SCHEMA))

    assert raised.value.retryable


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ANSWER, [{"name": "Jo"}]),
        (f"Here: {ANSWER}. Anything else?", [{"name": "Jo"}]),
        ('{"facts": [{"key": "name", "words": "Jo"}, {"key": "com', [{"key": "name", "words": "Jo"}]),
        ('[{"a": 1,}, {\'b\': "x"}]', [{"a": 1}, {"b": "x"}]),
        ('{"name": null}', [{"name": None}]),
        ("I'm sorry, I can't help with that.", []),
        ("{name: Jo}", []),
        ("{}", []),
        ('{"a": __import__("os")}', []),
        ("", []),
    ],
)
def test_objects_are_found_in_whatever_a_model_writes(text: str, found: list[dict[str, object]]) -> None:
    assert list(objects(text)) == found


def test_a_hostile_answer_costs_little() -> None:
    hostile = ("{" * 10**6, '{"a":1}' * 10**5, "{'a':" + "[" * 10**6)

    found = within_effort(1, lambda: [len(list(objects(text))) for text in hostile])

    assert found == [0, MAX_OBJECTS, 0]

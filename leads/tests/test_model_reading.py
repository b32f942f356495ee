"""A language model reads what the rules do not: beside the reply, once, with the visitor's words, and it may fail."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from conversations.models import Message
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from leads import model_reading
from leads.model_reading import MAX_A_SESSION, MAX_TOKENS, RETRY_S, read_by_model
from leads.models import Fact, Lead, ModelReading
from leads.reading import read_now

pytestmark = pytest.mark.django_db

TEXT = "hiya, jo smith of acme, we want it for the showroom"


@pytest.fixture(scope="module")
def server():
    with FakeOpenAI().in_thread() as fake:
        yield fake


@pytest.fixture
def model(server, settings, monkeypatch):
    server.reset()
    monkeypatch.setattr(model_reading, "_memories", {})
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = server.base_url, "small"
    return server


@pytest.fixture
def session():
    session = SessionFactory()
    for position, (key, kind) in enumerate([("name", "name"), ("firm", "company"), ("use", "text"), ("n", "number")]):
        ask = "How many people?" if key == "n" else f"What {key}?"
        session.agent.questions.create(key=key, label=key, ask=ask, kind=kind, position=position)
    return session


def said(session, text=TEXT, asked=""):
    if asked:
        ReplyFactory(session=session, asked=asked)
    return MessageFactory(session=session, content=text)


def proposing(**words):
    return Script(text=json.dumps({"facts": [{"key": key, "words": value} for key, value in words.items()]}))


def owed():
    return DBTaskResult.objects.filter(task_path="leads.model_reading.read_by_model")


def read(message):
    """As the workers do: first by rules, then by the model where that is owed."""
    read_now(message.pk)
    for task in owed():
        read_by_model.call(*task.args_kwargs["args"])


def values():
    return dict(Fact.objects.current().values_list("key", "value"))


def test_what_the_rules_do_not_find_the_model_does(model, session):
    model.then(proposing(name="jo smith", firm="acme", use="for the showroom"))

    read(said(session, "we are 40. " + TEXT))

    assert values() == {"n": "40", "name": "jo smith", "firm": "acme", "use": "for the showroom"}
    assert set(Fact.objects.values_list("key", "by")) == {
        ("n", "rule"), ("name", "model"), ("firm", "model"), ("use", "model")
    }  # fmt: skip
    assert Lead.objects.get().name == "jo smith"
    reading = ModelReading.objects.get()
    assert (reading.model, reading.fact_count, reading.cause) == ("small", 3, "")
    assert reading.input_tokens > 100
    assert reading.output_tokens > 5


def test_the_model_is_told_the_questions_the_message_and_nothing_else(model, session):
    read_by_model.call(str(said(session, asked="name").pk))

    body = model.requests[0].body
    system, turn = body["messages"]
    assert turn == {"role": "user", "content": TEXT}
    assert "What name?" in system["content"]
    assert body["max_completion_tokens"] == MAX_TOKENS
    keys = body["response_format"]["json_schema"]["schema"]["properties"]["facts"]["items"]["properties"]["key"]
    assert keys == {"type": "string", "enum": ["name", "firm", "use"]}


def test_words_that_were_not_said_are_dropped(model, session):
    model.then(proposing(name="Jo Smith", firm="Acme Ltd", use="for the office"))

    read(said(session))

    assert values() == {}
    assert ModelReading.objects.get().fact_count == 0


@pytest.mark.parametrize(
    "answer",
    [
        Script(text="I'm sorry, I can't help with that."),
        Script(text='{"facts": "none"}'),
        Script(text='{"facts": [{"key": ["name"], "words": {"a": 1}}]}'),
        Script(text='{"facts": [{"key": "name", "words": "jo sm', finish_reason="length"),
        Script(text="[" * 5000),
        Script(status=400, error={"message": "bad", "code": "content_filter"}),
        Script(status=401),
        Script(status=404, error={"message": "no", "code": "model_not_found"}),
    ],
)
def test_an_answer_that_is_none_loses_nothing_and_is_not_asked_for_again(model, session, answer):
    model.then(answer)

    read(said(session, "we are 40. " + TEXT))

    assert values() == {"n": "40"}
    assert owed().count() == 1
    assert ModelReading.objects.count() == 1


@pytest.mark.parametrize("failure", [Script(status=503), Script(status=429), Script(text="x y", cut_after_tokens=1)])
def test_a_failure_that_may_pass_is_tried_again_later(model, session, failure):
    message = said(session)
    model.then(failure)

    read(message)

    assert values() == {}
    again = owed().latest("enqueued_at")
    assert again.run_after > timezone.now() + timedelta(seconds=RETRY_S[0] / 2)
    model.then(proposing(name="jo smith"))
    read_by_model.call(*again.args_kwargs["args"])
    assert values() == {"name": "jo smith"}


def test_it_is_given_up_after_a_few_failures(model, session):
    message = said(session)
    model.then(*[Script(status=503)] * (len(RETRY_S) + 1))

    for tries in range(len(RETRY_S) + 1):
        read_by_model.call(str(message.pk), tries)

    assert owed().count() == len(RETRY_S)
    assert ModelReading.objects.get().cause == "provider_error"


def test_a_model_that_says_nothing_in_time_is_left(model, session, monkeypatch):
    monkeypatch.setattr(model_reading, "TIME_LIMIT_S", 0.3)
    message = said(session, "we are 40. " + TEXT)
    model.then(Script(stall_after_tokens=0, text="{}"))

    read(message)

    assert values() == {"n": "40"}
    assert owed().count() == 2


def test_thinking_is_no_answer(model, session):
    model.then(Script(thinking=("the name may be ", '{"key": "name", "words": "acme"}'), text='{"name": "jo smith"}'))

    read(said(session))

    assert values() == {"name": "jo smith"}


def test_a_server_without_schemas_is_asked_in_words_and_that_is_remembered(model, session):
    refusal = Script(status=400, error={"message": "response_format is not supported"})
    model.then(refusal, refusal, Script(text='Here:\n```\n{"name": "jo smith"}\n```'), Script(text="{}"))

    read(said(session))
    read(said(session, "it's for a shop that sells tea, jo of acme"))

    assert values() == {"name": "jo smith"}
    asked_as = [(each.body.get("response_format") or {}).get("type") for each in model.requests]
    assert asked_as == ["json_schema", "json_object", None, None]


def test_a_message_is_asked_about_once(model, session):
    message = said(session)
    model.then(proposing(name="jo smith"), proposing(firm="acme"))

    read(message)
    read(message)
    read_by_model.call(str(message.pk))

    assert len(model.requests) == 1
    assert values() == {"name": "jo smith"}


@pytest.mark.parametrize("text", ["How much is it?", "ok", "40", "😀"])
def test_nothing_is_owed_where_a_model_could_find_nothing(model, session, text):
    read_now(said(session, text).pk)

    assert not owed().exists()


def test_nothing_is_owed_where_all_is_known_or_declined(model, session):
    first = said(session)
    lead = Lead.objects.create(session=session, agent=session.agent)
    for key, kind in (("name", "name"), ("firm", "company"), ("use", "text")):
        lead.facts.create(
            key=key, label=key, kind=kind, value="x", words="hiya", start=0, message=first, by="rule", is_declined=True
        )

    read_now(said(session).pk)

    assert not owed().exists()


def test_what_became_known_meanwhile_is_not_asked_for(model, session):
    message = said(session)
    read_now(message.pk)
    read_now(said(session, "my name is Jo Smith, from Acme Ltd").pk)
    model.then(proposing(name="jo smith", firm="acme", use="for the showroom"))

    read_by_model.call(str(message.pk))

    assert values() == {"name": "Jo Smith", "firm": "Acme Ltd", "use": "for the showroom"}


def test_without_a_model_nothing_is_owed(session, settings):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""

    read_now(said(session).pk)

    assert not owed().exists()


def test_an_answer_of_the_agent_is_never_read(model, session):
    message = MessageFactory(session=session, role=Message.Role.ASSISTANT, content=TEXT)

    read_by_model.call(str(message.pk))

    assert not model.requests


def test_a_session_costs_so_many_readings_at_most(model, session):
    for _ in range(MAX_A_SESSION):
        ModelReading.objects.create(message=said(session))

    read_now(said(session).pk)

    assert not owed().exists()


def test_a_message_that_is_gone_is_no_error(model, session):
    message = said(session)
    pk = message.pk
    session.delete()

    read_by_model.call(str(pk))

    assert not model.requests

"""POST /chat/init: anybody may begin a conversation; only its token goes on with it."""

import uuid

import pytest

from access import rates, tokens
from conversations.models import Session
from conversations.tests.factories import AgentFactory, MessageFactory, ReplyFactory, SessionFactory
from conversations.tests.rest.conftest import bearer

pytestmark = pytest.mark.django_db


def init(client, **body):
    return client.post("/api/chat/init", body, content_type="application/json")


def test_anybody_begins_a_conversation_with_the_default_agent(nobody, agent):
    AgentFactory()

    response = init(nobody)

    body = response.json()
    assert response.status_code == 201
    assert set(body) == {"session_id", "token", "agent", "socket_url", "messages"}
    assert tokens.session_of(body["token"]) == uuid.UUID(body["session_id"])
    assert body["agent"] | {"id": str(agent.pk), "name": "Ada", "greeting": ""} == body["agent"]
    assert body["socket_url"] == "ws://testserver/socket"
    assert body["messages"] == []


def test_a_conversation_is_begun_without_a_body_too(nobody, agent):
    assert nobody.generic("POST", "/api/chat/init").status_code == 201
    assert nobody.post("/api/chat/init", "null", content_type="application/json").status_code == 201
    assert nobody.post("/api/chat/init", "{", content_type="application/json").status_code == 422


def test_a_visitor_never_sees_the_prompt(nobody, agent):
    assert agent.system_prompt not in init(nobody).content.decode()


@pytest.mark.parametrize("name", ["id", "slug"])
def test_an_agent_is_named_by_id_or_slug(nobody, agent, name):
    other = AgentFactory()

    body = init(nobody, agent=str(getattr(other, name)), locale="de-AT", page="https://shop.example/lamps").json()

    assert body["agent"]["id"] == str(other.pk)


@pytest.mark.parametrize("name", ["nobody", str(uuid.UUID(int=0)), "", "../x"])
def test_an_agent_that_is_not_there_is_not_found(nobody, agent, name):
    response = init(nobody, agent=name)

    assert response.status_code == 404
    assert response.json() == {"error": "Not Found", "detail": "Agent not found", "fallback_message": None}


def test_an_agent_that_is_switched_off_begins_nothing(nobody, agent):
    agent.is_active = False
    agent.save()

    assert init(nobody, agent=agent.slug).status_code == 404
    assert not Session.objects.exists()


def test_a_token_goes_on_with_its_conversation(nobody, agent):
    session = SessionFactory(agent=agent)
    ReplyFactory(session=session)
    token = tokens.issue(session.pk)

    body = init(nobody, token=token, session_id=str(session.pk)).json()

    assert body["session_id"] == str(session.pk)
    assert body["token"] == token
    assert [message["role"] for message in body["messages"]] == ["user", "assistant"]


def test_an_old_token_is_renewed(nobody, agent):
    session = SessionFactory(agent=agent)
    old = tokens.issue(session.pk, tokens.time.time() - tokens.RENEWED_AFTER_S - 1)

    token = init(nobody, token=old).json()["token"]

    assert token != old
    assert tokens.session_of(token) == session.pk


def test_only_the_last_messages_are_sent(nobody, agent):
    session = SessionFactory(agent=agent)
    for _ in range(51):
        MessageFactory(session=session)

    messages = init(nobody, token=tokens.issue(session.pk)).json()["messages"]

    assert len(messages) == 50


def test_a_session_without_its_token_is_not_opened(nobody, agent):
    session = SessionFactory(agent=agent)
    other = SessionFactory(agent=agent)

    without = init(nobody, session_id=str(session.pk))
    forged = init(nobody, session_id=str(session.pk), token="forged")
    foreign = init(nobody, session_id=str(session.pk), token=tokens.issue(other.pk))
    expired = init(nobody, token=tokens.issue(session.pk, 0))

    assert [response.status_code for response in (without, forged, foreign, expired)] == [401, 401, 403, 401]


def test_a_deleted_conversation_is_not_found(nobody, agent):
    assert init(nobody, token=tokens.issue(uuid.uuid4())).status_code == 404


def test_a_conversation_stays_with_its_agent(nobody, agent):
    session = SessionFactory(agent=agent)

    response = init(nobody, token=tokens.issue(session.pk), agent=AgentFactory().slug)

    assert response.status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"session_id": "x"}, "session_id"),
        ({"session_id": 7}, "session_id"),
        ({"agent": 7}, "agent"),
        ({"agent": "a\x00"}, "agent"),
        ({"token": "x" * 5000}, "token"),
        ({"locale": ["de"]}, "locale"),
        ({"page": "x" * 5000}, "page"),
    ],
)
def test_what_cannot_be_read_is_told(nobody, agent, body, field):
    response = init(nobody, **body)

    assert response.status_code == 422
    assert response.json()["detail"].startswith(f"{field}: ")
    assert not Session.objects.exists()


def test_conversations_of_one_address_are_counted(nobody, agent, settings):
    settings.RATE_LIMITS = True
    for _ in range(rates.NEW_SESSIONS_PER_ADDRESS.amount):
        rates.count(rates.NEW_SESSIONS_PER_ADDRESS, "new session", "127.0.0.1")

    response = init(nobody)

    assert response.status_code == 429
    assert response["Retry-After"]
    assert not Session.objects.exists()


def test_the_same_is_under_v1(nobody, agent):
    assert nobody.post("/api/v1/chat/init", {}, content_type="application/json").status_code == 201


def test_a_token_in_a_header_is_not_needed(nobody, agent):
    assert nobody.post("/api/chat/init", {}, content_type="application/json", headers=bearer("x")).status_code == 201

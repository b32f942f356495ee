"""The API's sessions: for management; a visitor reads its own and no other."""

import uuid

import pytest
from django.test import Client

from conversations.models import Message, Session
from conversations.tests.factories import AgentFactory, MessageFactory, ReplyFactory, SessionFactory
from conversations.tests.rest.conftest import bearer, visitor_of

pytestmark = pytest.mark.django_db


def sessions_path(agent, query: str = "") -> str:
    return f"/api/agents/{agent.pk}/sessions{query}"


def test_a_session_is_made_with_and_without_a_title(program, agent):
    titled = program.post(sessions_path(agent), {"title": "  Big\norder "}, content_type="application/json")
    untitled = program.post(sessions_path(agent), {"title": None}, content_type="application/json")

    assert (titled.status_code, untitled.status_code) == (201, 201)
    assert titled.json()["title"] == "Big order"
    assert untitled.json()["title"] is None
    assert set(titled.json()) == {
        "id", "agent_id", "title", "created_at", "updated_at", "message_count", "speaker", "speaker_name",
        "waiting_since",
    }  # fmt: skip
    assert titled.json()["agent_id"] == str(agent.pk)


def test_a_session_needs_no_body(program, agent):
    response = program.generic("POST", sessions_path(agent))

    assert response.status_code == 201
    assert response.json()["title"] is None


@pytest.mark.parametrize("body", [{"title": "x" * 201}, {"title": 7}, {"title": "a\x00b"}, []])
def test_a_title_that_cannot_be_one_is_refused(program, agent, body):
    response = program.post(sessions_path(agent), body, content_type="application/json")

    assert response.status_code == 422
    assert not Session.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("agent_id", [uuid.uuid4(), "x", "%2e%2e"])
def test_sessions_of_no_agent_are_not_found(program, method, agent_id):
    path = f"/api/agents/{agent_id}/sessions"

    response = program.get(path) if method == "get" else program.post(path, {}, content_type="application/json")

    assert response.status_code == 404
    assert response.json() == {"error": "Not Found", "detail": "Agent not found", "fallback_message": None}


def test_sessions_are_listed_newest_first_in_pages(program, agent):
    made = [SessionFactory(agent=agent) for _ in range(5)]
    SessionFactory()

    first = program.get(sessions_path(agent, "?limit=3")).json()
    new = SessionFactory(agent=agent)
    second = program.get(sessions_path(agent, f"?limit=3&cursor={first['next_cursor']}")).json()

    ids = [session["id"] for session in first["sessions"] + second["sessions"]]
    assert ids == [str(session.pk) for session in reversed(made)]
    assert (first["total"], second["total"]) == (5, 6)
    assert second["next_cursor"] is None
    assert str(new.pk) not in ids


def test_sessions_of_the_same_instant_are_all_listed_once(program, agent):
    made = [SessionFactory(agent=agent) for _ in range(5)]
    Session.objects.update(created_at=made[0].created_at)

    first = program.get(sessions_path(agent, "?limit=2")).json()
    second = program.get(sessions_path(agent, f"?limit=3&cursor={first['next_cursor']}")).json()

    ids = {session["id"] for session in first["sessions"] + second["sessions"]}
    assert ids == {str(session.pk) for session in made}


def test_a_visitor_who_said_nothing_is_not_listed(program, nobody, agent):
    nobody.post("/api/chat/init", {}, content_type="application/json")
    session_id = nobody.post("/api/chat/init", {}, content_type="application/json").json()["session_id"]
    MessageFactory(session=Session.objects.get(pk=session_id))

    body = program.get(sessions_path(agent)).json()

    assert [session["id"] for session in body["sessions"]] == [session_id]
    assert body["total"] == 1


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?cursor=x", "?cursor=%00"])
def test_a_page_that_cannot_be_is_refused(program, agent, query):
    assert program.get(sessions_path(agent, query)).status_code == 422


def test_a_list_costs_the_same_for_one_and_for_many(program, agent, django_assert_num_queries):
    SessionFactory(agent=agent)
    program.get(sessions_path(agent))

    with django_assert_num_queries(4):  # the key, the agent, the page, the count
        program.get(sessions_path(agent))
    for _ in range(20):
        MessageFactory(session=SessionFactory(agent=agent))
    with django_assert_num_queries(4):
        assert len(program.get(sessions_path(agent)).json()["sessions"]) == 21


def test_a_session_is_read_with_its_agent_and_last_messages(program, agent):
    session = SessionFactory(agent=agent)
    for _ in range(26):
        ReplyFactory(session=session)

    body = program.get(f"/api/sessions/{session.pk}").json()

    assert body["message_count"] == 52
    assert body["agent"]["name"] == "Ada"
    assert "system_prompt" not in body["agent"]
    stored = Message.objects.filter(session=session).order_by("-seq")[:50]
    assert [message["id"] for message in body["messages"]] == [str(message.pk) for message in reversed(stored)]


def test_sources_come_with_the_answer(program, agent):
    reply = ReplyFactory(session=SessionFactory(agent=agent))
    source = {"document_id": "7", "document": "Lamps", "heading": "Prices", "excerpt": "It is $2,400."}
    Message.objects.filter(pk=reply.message_id).update(sources=[source])

    messages = program.get(f"/api/sessions/{reply.message.session_id}").json()["messages"]

    assert messages[1]["sources"] == [source | {"page": None, "url": None}]


def test_a_visitor_reads_its_own_session_and_no_other(session, agent):
    visitor = visitor_of(session)
    other = SessionFactory(agent=agent)

    assert visitor.get(f"/api/sessions/{session.pk}").status_code == 200
    assert visitor.get(f"/api/sessions/{other.pk}").status_code == 403
    assert visitor.get(f"/api/sessions/{uuid.uuid4()}").status_code == 403


def test_a_visitor_lists_makes_and_deletes_nothing(session, agent):
    visitor = visitor_of(session)

    answers = [
        visitor.get(sessions_path(agent)),
        visitor.post(sessions_path(agent), {}, content_type="application/json"),
        visitor.delete(f"/api/sessions/{session.pk}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Session.objects.count() == 1


def test_without_a_key_nothing_is_told(session, agent):
    stranger = Client(headers=bearer("sak_wrong"))

    paths = [sessions_path(agent), f"/api/sessions/{session.pk}", f"/api/sessions/{uuid.uuid4()}"]

    assert {stranger.get(path).status_code for path in paths} == {401}


@pytest.mark.django_db(transaction=True)
def test_a_session_is_deleted_with_its_messages(program, agent):
    session = SessionFactory(agent=agent)
    ReplyFactory(session=session)

    response = program.delete(f"/api/sessions/{session.pk}")

    assert response.status_code == 204
    assert response.content == b""
    assert not Message.objects.exists()
    assert program.delete(f"/api/sessions/{session.pk}").status_code == 404


@pytest.mark.parametrize("session_id", [uuid.uuid4(), "x", "1", "%00"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_session_that_is_not_there_is_not_found(program, method, session_id):
    response = getattr(program, method)(f"/api/sessions/{session_id}")

    assert response.status_code == 404
    assert response.json()["detail"] == "Session not found"


def test_agents_keep_their_sessions_apart(program, agent):
    other = AgentFactory()
    SessionFactory(agent=other)

    assert program.get(sessions_path(agent)).json()["sessions"] == []

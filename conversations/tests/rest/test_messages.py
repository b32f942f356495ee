"""Reading messages page by page, and stopping a reply."""

import uuid

import pytest

from conversations.models import Message, Reply
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from conversations.tests.rest.conftest import visitor_of

pytestmark = pytest.mark.django_db


def messages_path(session, query: str = "") -> str:
    return f"/api/sessions/{session.pk}/messages{query}"


def ids(body) -> list[str]:
    return [message["id"] for message in body["messages"]]


def test_pages_stay_right_while_messages_of_one_instant_arrive(session):
    made = [MessageFactory(session=session) for _ in range(7)]
    Message.objects.update(created_at=made[0].created_at)
    visitor = visitor_of(session)

    last = visitor.get(messages_path(session, "?limit=3")).json()
    MessageFactory(session=session, created_at=made[0].created_at)
    middle = visitor.get(messages_path(session, f"?limit=3&before={ids(last)[0]}")).json()
    first = visitor.get(messages_path(session, f"?limit=3&before={ids(middle)[0]}")).json()

    assert ids(first) + ids(middle) + ids(last) == [str(message.pk) for message in made]
    assert [page["has_more"] for page in (last, middle, first)] == [True, True, False]
    assert [page["total_count"] for page in (last, middle, first)] == [7, 8, 8]


def test_before_the_first_there_is_nothing(session):
    first = MessageFactory(session=session)

    body = visitor_of(session).get(messages_path(session, f"?before={first.pk}")).json()

    assert body == {"messages": [], "has_more": False, "total_count": 1}


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?before=x", "?before="])
def test_a_page_that_cannot_be_is_refused(session, query):
    assert visitor_of(session).get(messages_path(session, query)).status_code == 422


def test_before_a_message_of_another_session_is_not_found(session, agent):
    foreign = MessageFactory(session=SessionFactory(agent=agent))

    response = visitor_of(session).get(messages_path(session, f"?before={foreign.pk}"))

    assert response.status_code == 404
    assert response.json()["detail"] == "Message not found"


def test_a_program_reads_any_session(program, session):
    MessageFactory(session=session)

    assert program.get(messages_path(session)).json()["total_count"] == 1


def test_messages_of_no_session_are_not_found(program):
    assert program.get(f"/api/sessions/{uuid.uuid4()}/messages").status_code == 404


def test_a_foreign_token_reads_nothing(session, agent):
    other = SessionFactory(agent=agent)
    MessageFactory(session=other)

    assert visitor_of(session).get(messages_path(other)).status_code == 403


def test_without_a_token_nothing_is_read(nobody, session):
    response = nobody.get(messages_path(session))

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_page_costs_the_same_for_one_and_for_many(session, django_assert_num_queries):
    visitor = visitor_of(session)
    ReplyFactory(session=session)

    with django_assert_num_queries(2):  # the session, the page
        visitor.get(messages_path(session))
    for _ in range(30):
        ReplyFactory(session=session)
    with django_assert_num_queries(2):
        assert len(visitor.get(messages_path(session)).json()["messages"]) == 50


@pytest.mark.django_db(transaction=True)
def test_a_reply_that_nobody_works_on_is_stopped_at_once(session):
    reply = ReplyFactory(session=session, state=Reply.State.RUNNING)

    response = visitor_of(session).post(f"/api/sessions/{session.pk}/replies/{reply.message_id}/stop")

    reply.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (202, "running")
    assert reply.state == Reply.State.STOPPED


@pytest.mark.django_db(transaction=True)
def test_a_reply_that_has_ended_stays_as_it_is(session):
    reply = ReplyFactory(session=session)

    response = visitor_of(session).post(f"/api/sessions/{session.pk}/replies/{reply.message_id}/stop")

    assert (response.status_code, response.json()["status"]) == (202, "complete")


@pytest.mark.parametrize("kind", ["question", "foreign", "missing", "malformed"])
def test_what_is_no_reply_here_is_not_found(session, agent, kind):
    found = {
        "question": MessageFactory(session=session).pk,
        "foreign": ReplyFactory(session=SessionFactory(agent=agent)).message_id,
        "missing": uuid.uuid4(),
        "malformed": "x",
    }

    response = visitor_of(session).post(f"/api/sessions/{session.pk}/replies/{found[kind]}/stop")

    assert response.status_code == 404
    assert response.json()["detail"] == "Message not found"


def test_a_foreign_token_stops_nothing(session, agent):
    reply = ReplyFactory(session=SessionFactory(agent=agent), state=Reply.State.RUNNING)

    response = visitor_of(session).post(f"/api/sessions/{reply.message.session_id}/replies/{reply.message_id}/stop")

    reply.refresh_from_db()
    assert response.status_code == 403
    assert reply.is_running

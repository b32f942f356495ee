"""Programs hand over what visitors think of an answer, change it, and take it back."""

import json
import uuid

import pytest
from django.test import Client

from conversations.models import Reply
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from conversations.tests.rest.conftest import visitor_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reply(agent):
    session = SessionFactory(agent=agent)
    question = MessageFactory(session=session, content="Do you ship to Norway?")
    return ReplyFactory(session=session, question=question, certainty="answered")


def send(client, message_id, body):
    return client.post(f"/api/messages/{message_id}/feedback", json.dumps(body), content_type="application/json")


def test_a_visitor_says_so_and_changes_their_mind(reply):
    visitor = visitor_of(reply.message.session)

    first = send(visitor, reply.message_id, {"value": "up"})
    again = send(visitor, reply.message_id, {"value": "down", "words": " It is wrong. "})

    assert first.json() == {"message_id": str(reply.message_id), "value": "up", "words": ""}
    assert again.json()["words"] == "It is wrong."
    read = visitor.get(f"/api/sessions/{reply.message.session_id}/messages").json()["messages"]
    assert [message["feedback"] for message in read] == [None, {"value": "down", "words": "It is wrong."}]


def test_it_is_taken_back(reply):
    visitor = visitor_of(reply.message.session)
    send(visitor, reply.message_id, {"value": "down", "words": "It is wrong."})

    for _ in range(2):
        assert visitor.delete(f"/api/messages/{reply.message_id}/feedback").status_code == 204

    reply.refresh_from_db()
    assert (reply.feedback, reply.feedback_words) == ("", "")


def test_another_visitor_says_nothing_of_it(reply):
    other = visitor_of(SessionFactory())

    assert send(other, reply.message_id, {"value": "up"}).status_code == 403
    assert other.delete(f"/api/messages/{reply.message_id}/feedback").status_code == 403
    assert send(Client(), reply.message_id, {"value": "up"}).status_code == 401
    assert not Reply.objects.exclude(feedback="").exists()


def test_what_is_no_answer_takes_none(reply):
    visitor = visitor_of(reply.message.session)
    failed = ReplyFactory(session=reply.message.session, state="failed")
    unasked = ReplyFactory(session=reply.message.session, question=None)

    for message_id in (reply.question_id, failed.message_id, unasked.message_id):
        assert send(visitor, message_id, {"value": "up"}).status_code == 409
    assert send(visitor, uuid.uuid4(), {"value": "up"}).status_code == 404
    assert send(visitor, reply.message_id, {"value": "great"}).status_code == 422


def test_an_agent_that_does_not_ask_takes_none(agent, reply):
    agent.asks_feedback = False
    agent.save()

    refused = send(visitor_of(reply.message.session), reply.message_id, {"value": "up"})

    assert refused.status_code == 409
    assert refused.json()["detail"] == "This agent does not ask whether its answers helped."

"""POST /sessions/{id}/messages and its stream: what is not taken, from whom, and how that is told."""

import json

import pytest

from access import rates, tokens
from conversations.models import Message
from conversations.tests.rest.conftest import Asking, async_visitor_of, new_session
from conversations.tests.rest.sending import path, send, stored_answer
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("bad", ["k" * 65, "with space", "ünï", ""])
async def test_a_key_that_cannot_be_one_is_refused(session, visitor, bad):
    response = await send(visitor, session, **{"Idempotency-Key": bad})

    assert response.status_code == 422
    assert await Message.objects.acount() == 0


@pytest.mark.parametrize("content", ["", "  \n ", "x" * 10_001, 7, None, "a\x00b", "\u200b" * 0])
async def test_a_message_that_is_none_is_refused(session, visitor, content):
    response = await send(visitor, session, content)

    assert response.status_code == 422
    assert response.json()["detail"].startswith("content: ")
    assert await Message.objects.acount() == 0


@pytest.mark.parametrize("last_event_id", ["x", "1:2:3", "../..", "x" * 5000])
async def test_a_place_that_cannot_be_one_is_refused(session, visitor, last_event_id):
    response = await visitor.get(path(session, "stream"), headers={"Last-Event-ID": last_event_id})

    assert response.status_code == 422


async def test_a_place_in_another_session_is_not_found(upstream, session, visitor, agent):
    upstream.then(Script(text="Mine."))
    await send(visitor, session)
    answer = await stored_answer(session)
    other = await new_session()

    response = await async_visitor_of(other.pk).get(
        path(other, "stream"), headers={"Last-Event-ID": f"{answer.pk}:1:0"}
    )

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "rest"), [("post", "messages"), ("get", "stream")])
async def test_a_foreign_token_opens_nothing(agent, session, method, rest):
    stranger = async_visitor_of((await new_session()).pk)
    body = {"data": {"content": "Hello"}, "content_type": "application/json"} if method == "post" else {}

    response = await getattr(stranger, method)(path(session, rest), **body)

    assert response.status_code == 403
    assert await Message.objects.acount() == 0


@pytest.mark.parametrize("token", ["", "x", "forged"])
async def test_without_a_valid_token_nothing_is_taken(session, token):
    secret = tokens.issue(session.pk)[:-2] + "xx" if token == "forged" else token

    response = await send(Asking(secret), session)

    assert response.status_code == 401
    assert await Message.objects.acount() == 0


async def test_an_agent_that_is_switched_off_takes_no_message(session, visitor, agent):
    agent.is_active = False
    await agent.asave()

    response = await send(visitor, session)

    assert response.status_code == 409
    assert response.json()["fallback_message"]


async def test_a_limit_that_is_hit_asks_no_model(upstream, session, visitor, settings):
    upstream.then(*[Script(text="Yes.")] * rates.PER_VISITOR.amount)
    settings.RATE_LIMITS = True
    for _ in range(rates.PER_VISITOR.amount):
        rates.count(rates.PER_VISITOR, "message", f"session {session.pk}")

    response = await send(visitor, session)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert response.json()["fallback_message"]
    assert upstream.requests == []


async def test_broken_json_is_told(session, visitor):
    response = await visitor.post(path(session), b"{", content_type="application/json")

    assert response.status_code == 422
    assert json.loads(response.content)["error"] == "Validation Failed"

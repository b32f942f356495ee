"""Sending from the page, with and without its script: stored, answered, refused in words."""

import pytest
from django.db import connection
from django.test import AsyncClient
from django.urls import reverse

from access import rates
from access.visitors import COOKIE
from conversations.deletion import sessions
from conversations.models import Message, Reply, Session
from conversations.replies.runs import runs
from conversations.tests.asking import until
from fakes.scripts import Script
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page():
    """A browser without a cookie."""
    return AsyncClient()


async def first(page, agent, text="How much is the lamp?", **headers):
    url = reverse("first_message", args=[agent.slug])
    return await page.post(url, {"content": text, "client_id": "c1"}, headers=headers)


async def test_without_script_the_next_page_has_the_answer(page, agent, upstream):
    upstream.then(Script(text="It costs 40 dollars."))

    response = await first(page, agent)
    shown = await page.get(response.headers["Location"])

    assert response.status_code == 302
    assert "It costs 40 dollars." in shown.content.decode()


async def test_with_script_both_bubbles_come_back_at_once(page, agent, upstream):
    upstream.then(Script(text="Slow", hold_after_tokens=0))

    response = await first(page, agent, **HTMX)

    html = response.content.decode()
    session = await Session.objects.aget()
    assert response.status_code == 200
    assert "How much is the lamp?" in html
    assert 'data-status="running"' in html
    assert response.headers["X-Session-Id"] == str(session.pk)
    assert response.headers["X-Session-Url"] == f"/chat/ada/{session.pk}/"
    assert response.headers["X-Socket-Path"] == f"/ws/chat/{session.pk}/"
    assert COOKIE in response.cookies


async def test_the_same_message_sent_five_times_is_one_row_and_one_model_call(page, agent, upstream):
    upstream.then(Script(text="Once."))
    for _ in range(5):
        response = await first(page, agent, **HTMX)
    session = await Session.objects.aget()
    for _ in range(5):
        await page.post(reverse("messages", args=[session.pk]), {"content": "x", "client_id": "c1"}, headers=HTMX)

    await until(lambda: _complete())

    assert response.status_code == 200
    assert await Message.objects.acount() == 2
    assert len(upstream.requests) == 1


async def _complete():
    return not await Reply.objects.running().aexists()


@pytest.mark.parametrize(("text", "hint"), [("  ", "Write a message first"), ("x" * 10_001, "10,000")])
async def test_what_cannot_be_taken_is_said_in_the_visitors_terms(page, agent, text, hint):
    response = await first(page, agent, text, **HTMX)

    assert response.status_code == 422
    assert hint in response.json()["detail"]
    plain = await first(page, agent, text)
    assert plain.status_code == 422
    assert hint in plain.content.decode()
    assert not await Session.objects.aexists()


async def test_a_refused_text_is_not_lost_without_script(page, agent):
    text = "word " * 2_001

    response = await first(page, agent, text)

    assert text.strip() in response.content.decode()


async def test_too_many_messages_cost_no_model_call_and_say_when_to_come_back(page, agent, upstream):
    upstream.then(*[Script(text="ok")] * 30)
    await first(page, agent, **HTMX)
    session = await Session.objects.aget()
    url = reverse("messages", args=[session.pk])
    for number in range(rates.PER_VISITOR.amount):
        response = await page.post(url, {"content": "again", "client_id": f"n{number}"}, headers=HTMX)

    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert "quickly" in response.json()["fallback_message"]
    assert await Message.objects.filter(role="user").acount() == rates.PER_VISITOR.amount


async def test_a_server_that_is_stopping_takes_no_new_turn_and_says_so(page, agent):
    await runs().drain()

    response = await first(page, agent, **HTMX)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert "kept" in response.json()["detail"]
    assert not await Message.objects.aexists()


async def test_a_database_that_refuses_is_told_to_the_visitor_and_the_text_is_not_lost(page, agent):
    rename = in_database(_rename)
    await rename("conversations_message", "away")
    try:
        scripted = await first(page, agent, "A long thought", **HTMX)
        plain = await first(page, agent, "A long thought")
    finally:
        await rename("away", "conversations_message")

    assert (scripted.status_code, plain.status_code) == (503, 503)
    assert "sent again" in scripted.json()["detail"]
    assert "A long thought" in plain.content.decode()


def _rename(table, name):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


async def test_stop_and_retry_from_the_page(page, agent, upstream):
    upstream.then(Script(text="one two three", hold_after_tokens=1), Script(text="The whole answer."))
    await first(page, agent, **HTMX)
    answer = await Message.objects.aget(role="assistant")
    await until(lambda: len(upstream.requests) == 1)

    stopped = await page.post(reverse("stop", args=[answer.session_id]), {"message_id": answer.pk}, headers=HTMX)
    await until(lambda: Reply.objects.filter(state="stopped").aexists())
    again = await page.post(reverse("retry", args=[answer.session_id]), {"message_id": answer.pk}, headers=HTMX)
    await until(lambda: Reply.objects.filter(state="complete").aexists())

    assert stopped.status_code == 204
    assert 'data-status="running"' in again.content.decode()
    assert (await Message.objects.aget(pk=answer.pk)).content == "The whole answer."


async def test_retry_without_script_leads_to_the_new_answer(page, agent, upstream):
    upstream.then(Script(status=401), Script(text="Now it works."))
    await first(page, agent)
    answer = await Message.objects.aget(role="assistant")

    response = await page.post(reverse("retry", args=[answer.session_id]), {"message_id": answer.pk})

    assert response.headers["Location"].endswith(f"#m-{answer.pk}")
    assert (await Message.objects.aget(pk=answer.pk)).content == "Now it works."


@pytest.mark.parametrize("name", ["stop", "retry"])
@pytest.mark.parametrize("message_id", ["", "nonsense"])
async def test_a_broken_message_id_is_answered_not_raised(page, agent, name, message_id):
    await first(page, agent, **HTMX)
    session = await Session.objects.aget()

    response = await page.post(reverse(name, args=[session.pk]), {"message_id": message_id}, headers=HTMX)

    assert response.status_code == 404


async def test_a_deleted_conversation_is_gone_with_all_its_messages(page, agent, upstream):
    upstream.then(Script(text="Bye."))
    await first(page, agent)
    session = await Session.objects.aget()

    response = await page.post(reverse("delete_session", args=[session.pk]))

    assert response.headers["Location"] == "/chat/ada/"
    assert not await Message.objects.aexists()
    assert (await page.post(reverse("messages", args=[session.pk]), {"content": "x"}, headers=HTMX)).status_code == 404


async def test_a_deletion_in_mid_answer_ends_the_answer(page, agent, upstream):
    upstream.then(Script(text="one two three four", hold_after_tokens=1))
    await first(page, agent, **HTMX)
    session = await Session.objects.select_related("agent").aget()
    await until(lambda: len(upstream.requests) == 1)

    await sessions.delete(session)

    await until(lambda: upstream.requests[0].gone_at is not None)

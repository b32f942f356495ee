"""An answer that was interrupted while it was spoken: what was heard of it is shown to programs, visitors and staff."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from access.visitors import COOKIE, new_visitor
from agents.tests.factories import SuperuserFactory
from conversations.messages.events import MessageChanged, MessageData, MessageFinished, from_wire, to_wire
from conversations.models import Message, Reply, Session
from conversations.pages.fragments import PageFeed
from conversations.replies import leases
from conversations.replies.leases import Outcome
from conversations.socket import feed as json_feed
from conversations.socket.feed import JsonFeed
from conversations.staff.interruption import html_with_mark, place_of
from conversations.tests.factories import ReplyFactory, SessionFactory
from conversations.tests.rest.conftest import visitor_of
from language.markdown import render

CONTENT = "It costs **ninety** euros.\n\n- It is in stock.\n- It is brass."
MARK = "Interrupted: heard up to here"


def interrupted(heard: str | None = "It costs", **values) -> Reply:
    return ReplyFactory(message__content=CONTENT, message__heard=heard, **values)


# --- the place ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "before"),
    [
        ("", ""),
        ("It costs", "It costs"),
        ("It costs **ninety** euros. - It is", "It costs **ninety** euros.\n\n- It is"),
        (CONTENT, CONTENT),
    ],
)
def test_the_place_is_behind_the_last_word_whatever_spaces_lie_between(heard, before):
    assert CONTENT[: place_of(CONTENT, heard)] == before


@pytest.mark.parametrize("heard", ["It is", CONTENT + " More"])
def test_words_of_another_answer_have_no_place(heard):
    assert place_of(CONTENT, heard) is None


def test_the_mark_stands_behind_what_was_heard():
    html = html_with_mark(CONTENT, "It costs **ninety** euros. - It is")

    assert f'<li>It is <strong class="badge badge--waiting">{MARK}</strong> in stock.</li>' in html
    assert "<strong>ninety</strong>" in html


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        ("See [our lamps](https://a.example 'of brass') there.", "See [our lamps](https://a.example 'of"),
        ("| a | b |\n| - | - |\n| c | d |", "| a | b | | - | - |"),
        ("A new text.", "Something <b>else</b>"),
    ],
    ids=["in an address", "in a table", "made anew"],
)
def test_where_no_mark_can_stand_the_words_are_below_the_whole_answer(content, heard):
    html = html_with_mark(content, heard)

    assert html.startswith(render(content))
    assert "Interrupted. Heard until then:" in html
    assert html.count("<strong") == 1
    assert "<b>" not in html
    assert "\ue000" not in html


def test_of_an_answer_that_was_not_heard_at_all_it_is_said_first():
    assert html_with_mark("Yes.", "").index("nothing of it was heard") < html_with_mark("Yes.", "").index("Yes.")


# --- programs -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("heard", [None, "", "It costs"])
def test_the_api_tells_what_was_heard(heard):
    session = interrupted(heard).message.session

    messages = visitor_of(session).get(f"/api/sessions/{session.pk}/messages").json()["messages"]

    assert [message["heard_content"] for message in messages] == [None, heard]
    assert messages[1]["content"] == CONTENT


def ended(**values) -> MessageData:
    return MessageData.of(Message.objects.select_related("reply").get(pk=interrupted(**values).message_id))


@pytest.mark.django_db
def test_a_json_client_that_saw_the_answer_is_told_of_the_interruption():
    answer = ended()
    feed = JsonFeed()
    told = list(feed.frames(MessageFinished(replace(answer, heard=None))))

    told += feed.frames(MessageChanged(answer))

    assert [frame["message"]["heard_content"] for frame in told if frame["type"] == "message"] == [None, "It costs"]
    assert told[-1] == json_feed.said(answer)


@pytest.mark.django_db
def test_what_was_heard_reaches_other_processes():
    event = MessageChanged(ended())

    assert from_wire(to_wire(event)) == event


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_ends_after_it_was_interrupted_says_so():
    reply = ReplyFactory(state=Reply.State.RUNNING, message__content="")
    job = leases.claim.sync(reply.message.session_id, "me", timezone.now())
    assert job is not None
    Message.objects.filter(pk=reply.message_id).update(heard="It")

    stored = leases.finish.sync(job, "me", Outcome(Reply.State.STOPPED, "It costs"), timezone.now())

    assert stored is not None
    assert (stored.message.content, stored.message.heard) == ("It costs", "It")


# --- people ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_open_page_is_told_of_the_interruption():
    answer = ended()
    feed = PageFeed()
    before = feed.fragment(MessageFinished(replace(answer, heard=None)))

    after = feed.fragment(MessageChanged(answer))

    assert "Interrupted" not in before
    assert '<p class="message__state">Interrupted</p>' in after
    assert f'id="m-{answer.id}"' in after


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("heard", "state", "note"),
    [
        (None, "complete", ""),
        (None, "stopped", "Stopped"),
        ("", "complete", "Interrupted"),
        ("It", "complete", "Interrupted"),
        ("It", "stopped", "Interrupted"),
    ],
)
def test_the_page_says_so_after_it_was_loaded_again(client, heard, state, note):
    value, visitor = new_visitor()
    client.cookies[COOKIE] = value
    session: Session = SessionFactory(visitor=visitor)
    interrupted(heard, session=session, state=state)

    page = client.get(reverse("chat_session", args=[session.agent.slug, session.pk])).content.decode()

    notes = [part.split("</p>")[0] for part in page.split('<p class="message__state">')[1:]]
    assert notes == ([note] if note else [])


@pytest.mark.django_db
def test_staff_see_where_the_visitor_interrupted(client):
    client.force_login(SuperuserFactory())
    session = interrupted().message.session

    page = client.get(reverse("admin:conversations_session_change", args=[session.pk])).content.decode()

    assert f'It costs <strong class="badge badge--waiting">{MARK}</strong> <strong>ninety</strong>' in page

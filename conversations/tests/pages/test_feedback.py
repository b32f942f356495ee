"""Thumbs under an answer: which answers have them, who presses them, and what other pages are told."""

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from access import rates
from access.visitors import COOKIE, new_visitor
from conversations.messages import history
from conversations.messages.events import FeedbackGiven, MessageData, from_wire, to_wire
from conversations.models import Reply
from conversations.pages.fragments import PageFeed
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from conversations.tests.pages.test_page_feed import RUNNING

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = replace(RUNNING, status="complete", content="It is 40 dollars.", is_asked=True)
THUMBS = f'id="feedback-{ANSWER.id}"'


@pytest.fixture
def reply(agent, client):
    value, visitor = new_visitor()
    client.cookies[COOKIE] = value
    session = SessionFactory(agent=agent, visitor=visitor)
    return ReplyFactory(session=session, question=MessageFactory(session=session))


def press(client, reply, headers=None, **fields):
    url = reverse("feedback", args=[reply.message.session_id])
    return client.post(url, {"message_id": reply.message_id} | fields, headers=headers or {"HX-Request": "true"})


def stored(reply):
    return Reply.objects.values_list("feedback", "feedback_words").get(pk=reply.pk)


@pytest.mark.parametrize(
    ("answer", "has_thumbs"),
    [
        (ANSWER, True),
        (replace(ANSWER, certainty="answered"), True),
        (replace(ANSWER, certainty="hedged"), True),
        (replace(ANSWER, certainty="refused"), False),
        (replace(ANSWER, with_contact=True), False),
        (replace(ANSWER, certainty="refused", feedback="down"), True),  # said by a program, to be taken back
        (replace(ANSWER, provider="builtin"), False),
        (replace(ANSWER, provider="builtin", certainty="hedged"), True),
        (replace(ANSWER, provider="builtin", feedback="up"), True),
        (replace(ANSWER, is_asked=False), False),
        (replace(ANSWER, status="stopped"), False),
        (replace(ANSWER, status="failed"), False),
        (replace(RUNNING, is_asked=True), False),
        (replace(RUNNING, role="user", status="complete", content="Hello"), False),
        (replace(RUNNING, role="staff", status="complete", content="Hello"), False),
    ],
)
def test_answers_that_are_whole_have_thumbs(answer, has_thumbs):
    assert (THUMBS in PageFeed().show(answer)) is has_thumbs


def test_a_visitor_presses_changes_and_takes_back(client, reply):
    pressed = press(client, reply, value="down").content.decode()
    said = press(client, reply, value="down", words="  The price\nis old. ").content.decode()
    again = press(client, reply, value="down").content.decode()

    assert 'data-value="down"\n      aria-pressed="true"' in pressed
    assert "You can say what was wrong" in pressed
    assert 'value="The price is old."' in said
    assert 'value="The price is old."' in again  # pressed in another tab: the words stay
    assert stored(reply) == ("down", "The price is old.")
    press(client, reply, value="up")
    assert stored(reply) == ("up", "")
    press(client, reply, value="")
    assert stored(reply) == ("", "")


def test_without_a_script_the_visitor_is_led_back_to_the_answer(client, reply):
    url = reverse("chat_session", args=[reply.message.session.agent.slug, reply.message.session_id])
    form = client.get(url).content.decode()

    response = press(client, reply, headers={"Accept": "text/html"}, value="up")

    assert f'action="{reverse("feedback", args=[reply.message.session_id])}"' in form
    assert "csrfmiddlewaretoken" in form.split('class="feedback__form"')[1].split("</form>")[0]
    assert response.status_code == 302
    assert response["Location"] == f"{url}#m-{reply.message_id}"


def test_of_another_visitors_answer_nothing_is_said(client, reply):
    foreign = ReplyFactory()
    own = reverse("feedback", args=[reply.message.session_id])
    headers = {"HX-Request": "true"}

    assert press(client, foreign, value="down").status_code == 404
    assert client.post(own, {"message_id": foreign.message_id, "value": "down"}, headers=headers).status_code == 404
    assert client.post(own, {"message_id": "x", "value": "down"}, headers=headers).status_code == 404
    assert stored(foreign) == ("", "")


def test_what_takes_none_is_refused_in_words(client, agent, reply):
    assert press(client, reply, value="great").status_code == 422
    agent.asks_feedback = False
    agent.save()

    refused = press(client, reply, value="up")

    assert refused.status_code == 422
    assert "does not ask" in json.loads(refused.content)["detail"]


def test_who_presses_without_end_has_to_wait(client, reply, settings):
    settings.RATE_LIMITS = True
    rates.forget()

    answers = [press(client, reply, value=("up", "down")[number % 2]) for number in range(rates.PER_VISITOR.amount + 1)]

    assert [answer.status_code for answer in answers] == [200] * rates.PER_VISITOR.amount + [429]
    rates.forget()


def test_an_agent_that_does_not_ask_shows_none(client, agent, reply):
    url = reverse("chat_session", args=[agent.slug, reply.message.session_id])
    assert "data-asks-feedback" in client.get(url).content.decode()
    agent.asks_feedback = False
    agent.save()

    assert "data-asks-feedback" not in client.get(url).content.decode()


def test_a_page_shows_what_was_said_on_another():
    given = FeedbackGiven(ANSWER.session_id, ANSWER.id, "down", "<b>Old</b>")

    html = PageFeed(after=9).fragment(from_wire(to_wire(given)))

    assert THUMBS in html
    assert 'hx-swap-oob="true"' in html
    assert 'value="&lt;b&gt;Old&lt;/b&gt;"' in html


def test_a_page_that_was_away_is_told_of_what_was_given_and_taken_back(client, reply):
    press(client, reply, value="down")
    press(client, reply, value="")

    assert history.feedback(reply.message.session_id) == [
        FeedbackGiven(str(reply.message.session_id), str(reply.message_id), "", "")
    ]


def test_an_answer_that_is_made_anew_has_no_feedback_yet(reply):
    reply.feedback, reply.feedback_words = "down", "It breaks off."
    reply.save()

    reply.reopen()

    assert MessageData.of(reply.message).feedback == ""
    assert stored(reply) == ("", "")

"""Staff see which answers did not answer, find their way through a transcript, and take it along."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from agents.tests.factories import StaffFactory, SuperuserFactory
from conversations.models import Reply, Session
from conversations.staff.transcript import PAGE_SIZE
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/conversations/session/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def page_of(session: Session) -> str:
    return reverse("admin:conversations_session_change", args=[session.pk])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"certainty": "refused"}, "Does not know"),
        ({"certainty": "hedged"}, "Not sure"),
        ({"cut": "length"}, "Incomplete"),
        ({"cut": "hole", "certainty": "answered"}, "Incomplete"),
    ],
)
def test_an_answer_that_did_not_answer_is_no_success(client, staff, values, words):
    session = SessionFactory()
    ReplyFactory(session=session, **values)

    for address in (LIST, page_of(session)):
        page = client.get(address).content.decode()
        assert f">{words}</span>" in page
        assert "badge--success" not in page


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        ("last-unknown", {"certainty": "refused"}),
        ("unknown", {"certainty": "refused"}),
        ("unsure", {"certainty": "hedged"}),
        ("cut", {"cut": "ended"}),
    ],
)
def test_a_filter_finds_such_sessions(client, staff, choice, values):
    wanted = SessionFactory()
    ReplyFactory(session=wanted, **values)
    ReplyFactory(session=SessionFactory(), certainty="answered")

    assert list(client.get(LIST, {"answers": choice}).context["cl"].result_list) == [wanted]


def test_the_transcript_counts_them_and_says_why_one_is_cut(client, staff):
    session = SessionFactory()
    ReplyFactory(session=session, certainty="refused")
    ReplyFactory(session=session, certainty="refused")
    ReplyFactory(session=session, certainty="hedged")
    ReplyFactory(session=session, cut="length")

    page = client.get(page_of(session)).content.decode()

    assert "<dt>Did not know</dt><dd>2</dd>" in page
    assert "<dt>Not sure</dt><dd>1</dd>" in page
    assert "The answer is incomplete: too long for the token limit." in page


def test_a_search_leads_to_the_messages_that_hold_its_words(client, staff):
    session = SessionFactory()
    for number in range(PAGE_SIZE + 2):
        MessageFactory(session=session, content="the Brook 90" if number in (3, PAGE_SIZE) else "something else")

    page = client.get(page_of(session), {"_changelist_filters": 'q="Brook 90"'}).content.decode()

    assert "Found in 2 messages" in page
    assert "#message-4" in page
    assert f"?p=2&amp;_changelist_filters=q%3D%22Brook+90%22#message-{PAGE_SIZE + 1}" in page


def test_the_page_that_looks_again_gets_only_what_is_new(client, staff):
    session = SessionFactory()
    ReplyFactory(session=session)
    mark = client.get(page_of(session)).context["transcript"].mark

    nothing = client.get(page_of(session), {"seen": mark})
    ReplyFactory(session=session, state=Reply.State.FAILED)
    session.refresh_from_db()
    something = client.get(page_of(session), {"seen": mark})

    assert (nothing.status_code, nothing.content) == (204, b"")
    assert b"badge--error" in something.content
    assert b"<html" not in something.content


def test_newer_and_older_sessions_of_the_agent_are_one_press_away(client, staff):
    middle = SessionFactory()
    newer, older = SessionFactory(agent=middle.agent), SessionFactory(agent=middle.agent)
    elsewhere = SessionFactory()
    for session in (middle, newer, older, elsewhere):
        MessageFactory(session=session)
    at = middle.updated_at
    Session.objects.filter(pk=middle.pk).update(updated_at=at, last_seq=1)
    Session.objects.filter(pk=newer.pk).update(updated_at=at.replace(year=at.year + 1), last_seq=1)
    Session.objects.filter(pk=older.pk).update(updated_at=at.replace(year=at.year - 1), last_seq=1)

    around = client.get(page_of(middle)).context["transcript"].neighbours

    assert around == {"newer": newer, "older": older}


def test_a_transcript_can_be_taken_along(client, staff):
    session = SessionFactory(title="Prices / terms")
    ReplyFactory(session=session, certainty="refused", message__content="I do not know.")

    text = client.get(reverse("admin:conversations_session_export", args=[session.pk, "md"]))
    data = client.get(reverse("admin:conversations_session_export", args=[session.pk, "json"]))

    assert "I do not know." in text.content.decode()
    assert "prices-terms.md" in text["Content-Disposition"]
    assert json.loads(data.content)["messages"][-1]["certainty"] == "refused"
    assert client.get(reverse("admin:conversations_session_export", args=[session.pk, "exe"])).status_code == 404


def test_who_may_not_read_sessions_cannot_take_one_along(client):
    client.force_login(StaffFactory())
    session = SessionFactory()

    assert client.get(reverse("admin:conversations_session_export", args=[session.pk, "md"])).status_code == 403

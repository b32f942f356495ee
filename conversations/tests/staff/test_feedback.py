"""Staff see what visitors think of answers: in lists, in the transcript as they read it, in files, at first sight."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agents.tests.factories import SuperuserFactory
from conversations.models import Reply, Session
from conversations.tests.factories import ReplyFactory, SessionFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/conversations/session/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.fixture
def disliked(agent):
    session = SessionFactory(agent=agent)
    ReplyFactory(session=session)
    given = {"feedback": "down", "feedback_words": "The <price> is old.", "feedback_at": timezone.now()}
    return ReplyFactory(session=session, **given).message.session


def page_of(session: Session) -> str:
    return reverse("admin:conversations_session_change", args=[session.pk])


def found(client, answers: str) -> list[Session]:
    return list(client.get(LIST, {"answers": answers}).context["cl"].result_list)


def test_a_filter_finds_what_did_not_help_and_what_did(client, staff, agent, disliked):
    liked = ReplyFactory(session=SessionFactory(agent=agent), feedback="up").message.session

    assert found(client, "disliked") == found(client, "lately-disliked") == [disliked]
    assert found(client, "liked") == [liked]
    Reply.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert found(client, "lately-disliked") == []


def test_the_transcript_shows_the_thumb_and_the_words(client, staff, disliked):
    page = client.get(page_of(disliked)).content.decode()

    assert '#thumb-down"' in page
    assert "The &lt;price&gt; is old." in page
    assert "<dt>Did not help</dt><dd>1</dd>" in page
    assert "#thumb-up" not in page


def test_a_transcript_that_is_read_shows_what_is_said_meanwhile(client, staff, disliked):
    mark = client.get(page_of(disliked)).context["transcript"].mark
    assert client.get(page_of(disliked), {"seen": mark}).status_code == 204
    Reply.objects.filter(feedback="").update(feedback="up", feedback_at=timezone.now())

    again = client.get(page_of(disliked), {"seen": mark})

    assert "It helped the visitor." in again.content.decode()


def test_files_of_a_transcript_have_it_too(client, staff, disliked):
    told, whole = (client.get(f"{LIST}{disliked.pk}/transcript.{kind}").content.decode() for kind in ("md", "json"))

    assert "For the visitor it did not help. The \\<price\\> is old." in told
    given = [message["feedback"] for message in json.loads(whole)["messages"] if message["role"] == "assistant"]
    assert given == [None, {"value": "down", "words": "The <price> is old."}]


def test_the_first_page_leads_to_what_did_not_help(client, staff, disliked):
    page = client.get("/admin/").content.decode()

    assert "In 1 conversation of the last 7 days an answer did not help its visitor" in page
    assert f"{LIST}?answers=lately-disliked" in page

"""Staff read under each answer which stage the sale is at and why, and what the agent was to ask and why."""

import pytest
from django.contrib.auth.models import Permission

from conversations.models import Reply
from conversations.staff.transcript_notes import notes_of
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from leads.dialogue.state import Repair, Why
from leads.models import ModelReading
from leads.reading import read_now
from leads.staff.transcript_notes import REPAIRS, WHY

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    session = SessionFactory()
    for position, (key, kind, ask) in enumerate(
        [("people", "number", "How many people are you?"), ("start", "date", "When do you need it?")]
    ):
        session.agent.questions.create(
            key=key, label=key.title(), kind=kind, ask=ask, is_required=True, position=position
        )
    return session


def turn(session, said, asked="", certainty=Reply.Certainty.ANSWERED):
    question = MessageFactory(session=session, content=said)
    ReplyFactory(
        session=session, question=question, asked=asked, certainty=certainty, message__content="It is 4 euros."
    )
    read_now(question.pk)
    return question


def shown(rf, user, session, question):
    request = rf.get("/")
    request.user = user
    return {note.label: note.text for note in notes_of(request, session).get(question.pk, [])}


def test_each_answer_has_its_stage_and_what_was_to_be_asked(rf, admin_user, session):
    first = turn(session, "How much is it?", asked="people")
    second = turn(session, "we are 40 people", asked="start")
    third = turn(session, "sorry, 14 not 40")
    last = turn(session, "that is too expensive")

    found = [shown(rf, admin_user, session, each) for each in (first, second, third, last)]

    assert found[0] == {"Stage": "Discover", "Guidance": "Ask “People”: behind the first answer that helps"}
    assert found[1]["Stage"] == "Qualify, since: a first fact is known"
    assert found[1]["Guidance"] == "Ask “Start”: the moment is right"
    assert found[2]["The visitor"] == "a correction"
    assert (
        found[3] | {"Stage": "Objections, since: a doubt", "Guidance": "Ask nothing: the visitor has a doubt"}
        == found[3]
    )


def test_the_transcript_shows_it(admin_client, session):
    question = turn(session, "we are 40 people")
    ModelReading.objects.create(message=question, model="small", input_tokens=312, output_tokens=24, fact_count=1)

    text = admin_client.get(f"/admin/conversations/session/{session.pk}/change/").content.decode()

    assert "Qualify, since: a first fact is known" in text
    assert "small, 312 tokens in, 24 out, 1 fact" in text


def test_who_may_not_see_leads_reads_nothing_of_it(rf, client, django_user_model, session):
    question = turn(session, "we are 40 people")
    clerk = django_user_model.objects.create_user("clerk", password="x", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="conversations"))
    client.force_login(clerk)

    text = client.get(f"/admin/conversations/session/{session.pk}/change/").content.decode()

    assert shown(rf, clerk, session, question) == {}
    assert "a first fact is known" not in text


def test_an_agent_that_asks_nothing_has_no_notes(rf, admin_user):
    session = SessionFactory()

    assert shown(rf, admin_user, session, turn(session, "hello")) == {}


def test_every_reason_and_repair_has_words():
    assert set(WHY) == set(Why)
    assert set(REPAIRS) == set(Repair) - {Repair.NONE}

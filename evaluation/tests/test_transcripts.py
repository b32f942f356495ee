"""A case of a real question: without what tells who asked it."""

import pytest

from agents.tests.factories import SuperuserFactory
from conversations.models import Message
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from evaluation.transcripts import draft_of
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory()


def test_addresses_numbers_and_known_names_are_replaced_by_what_they_are(session):
    said = MessageFactory(session=session, content="I'm Jane Doe of Acme, jane@acme.example, +1 415 555 0100. And you?")
    lead = LeadFactory(session=session)
    FactFactory(lead=lead, key="name", kind="name", value="Jane Doe", message=said, words="Jane Doe")
    FactFactory(lead=lead, key="company", kind="company", value="Acme", message=said, words="Acme")

    draft = draft_of(said)

    assert draft.question == "I'm [name] of [company], [e-mail address], [telephone number]. And you?"


def test_what_was_said_before_comes_along_without_them_too(session):
    first = MessageFactory(session=session, content="I am Jane Doe. How much?")
    FactFactory(lead=LeadFactory(session=session), kind="name", value="Jane Doe", message=first)
    answer = MessageFactory(session=session, role=Message.Role.ASSISTANT, content="Hello Jane, $2,400.")
    ReplyFactory(session=session, question=first, message=answer)
    last = MessageFactory(session=session, content="And for jane's team?")

    draft = draft_of(last)

    assert draft.history == [
        {"role": "user", "text": "I am [name]. How much?"},
        {"role": "assistant", "text": "Hello [name], $2,400."},
    ]
    assert draft.question == "And for [name]'s team?"


def test_an_answer_that_failed_is_no_part_of_the_conversation(session):
    first = MessageFactory(session=session, content="How much?")
    failed = MessageFactory(session=session, role=Message.Role.ASSISTANT, content="Sorry.")
    ReplyFactory(session=session, question=first, message=failed, state="failed")
    last = MessageFactory(session=session, content="Hello?")

    assert [turn["text"] for turn in draft_of(last).history] == ["How much?"]


def test_a_date_and_a_price_stay(session):
    said = MessageFactory(session=session, content="Is it $2,400 on 2026-05-04 for 120 guests?")

    assert draft_of(said).question == said.content


def test_the_transcript_leads_to_a_form_that_is_filled_in(client, session):
    client.force_login(SuperuserFactory())
    said = MessageFactory(session=session, content="Write to jane@acme.example: how much?")

    transcript = client.get(f"/admin/conversations/session/{session.pk}/change/").content.decode()
    form = client.get(f"/admin/evaluation/case/add/?message={said.pk}").context["adminform"].form

    assert f"/admin/evaluation/case/add/?message={said.pk}" in transcript
    assert form.initial["question"] == "Write to [e-mail address]: how much?"
    assert str(form.initial["agent"]) == str(session.agent_id)

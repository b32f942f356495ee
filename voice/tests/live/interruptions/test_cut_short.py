"""What was heard of an interrupted answer is stored, and is all the model is told of it."""

import uuid

import pytest
from django.utils import timezone

from agents.llm.request import PastMessage
from conversations.intake import turns
from conversations.models import Message, Reply
from conversations.replies import leases
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from voice.live.cut_short import store_heard

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered():
    """A session with one answered question and one that is owed an answer."""
    session = SessionFactory()
    reply = ReplyFactory(session=session, message__content="It costs ninety euros. It is in stock.")
    question = MessageFactory(session=session, content="And the price?")
    ReplyFactory(session=session, question=question, message__content="", state=Reply.State.RUNNING)
    return reply


def history(reply: Reply) -> tuple[PastMessage, ...]:
    job = leases.claim.sync(reply.message.session_id, "me", timezone.now())
    assert job is not None
    return job.history


def test_an_answer_that_was_not_interrupted_is_told_whole(answered):
    assert history(answered)[1] == PastMessage("assistant", "It costs ninety euros. It is in stock.")


def test_of_an_interrupted_answer_only_what_was_heard_is_told(answered):
    store_heard.sync(answered.message_id, "It costs ninety")

    assert history(answered) == (
        PastMessage("user", "How much is it?"),
        PastMessage("assistant", "It costs ninety", is_cut=True),
        PastMessage("user", "And the price?"),
    )


def test_an_answer_of_which_nothing_was_heard_was_never_given(answered):
    store_heard.sync(answered.message_id, "")

    assert history(answered) == (PastMessage("user", "How much is it?"), PastMessage("user", "And the price?"))


def test_the_text_itself_stays(answered):
    store_heard.sync(str(answered.message_id), "It costs")

    message = Message.objects.get(pk=answered.message_id)
    assert (message.content, message.heard) == ("It costs ninety euros. It is in stock.", "It costs")


def test_an_answer_that_is_made_anew_was_not_heard_yet(answered):
    store_heard.sync(answered.message_id, "It costs")
    Reply.objects.filter(pk=answered.pk).update(state=Reply.State.STOPPED)

    turns.ask_again.sync(answered.message.session_id, answered.message_id)

    assert Message.objects.get(pk=answered.message_id).heard is None


def test_nothing_is_stored_for_what_a_visitor_said_or_what_is_gone(answered):
    store_heard.sync(answered.question_id, "How")
    store_heard.sync(uuid.uuid4(), "How")

    assert not Message.objects.filter(heard__isnull=False).exists()

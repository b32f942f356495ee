"""Prepared queries find, change and store what the same queries of Django do, call after call."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models
from django.utils import timezone

from conversations.models import Message, Receipt, Reply, Session
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from lib import prepared

pytestmark = pytest.mark.django_db


@prepared.rows(session=models.UUIDField(), before=models.IntegerField())
def messages_of(session, before):
    found = Message.objects.filter(session=session, seq__lt=before).order_by("-seq")
    return found.values_list("pk", "content", "attached", "created_at", "reply__state")[:2]


@prepared.objects(Session, session=models.UUIDField(), last=models.DateTimeField())
def session_of(session, last):
    texts = Message.objects.filter(session=models.OuterRef("pk")).order_by("-seq").values("content")[:1]
    found = Session.objects.filter(pk=session, created_at__lt=last).select_related("agent__published_prompt")
    return found.annotate(last_line=models.Subquery(texts))


@prepared.update("title", "first_touch", "answer_due_at", session=models.UUIDField(), visitor=models.CharField())
def change_session(session, visitor):
    return Session.objects.filter(pk=session, visitor=visitor)


def test_rows_are_those_of_the_query_whatever_was_asked_before():
    first, second = SessionFactory(), SessionFactory()
    one = MessageFactory(session=first, content="100 % _of_ it", attached=[{"name": "a"}])
    MessageFactory(session=second)

    asked_before = messages_of(session=second.pk, before=9)
    found = messages_of(session=str(first.pk), before=9)

    assert len(asked_before) == 1
    assert list(map(tuple, found)) == [(one.pk, "100 % _of_ it", [{"name": "a"}], one.created_at, None)]
    assert messages_of(session=first.pk, before=one.seq) == []


def test_objects_come_with_what_was_asked_for_and_without_a_further_query(django_assert_num_queries):
    session = SessionFactory(first_touch={"page": "/"})
    MessageFactory(session=session, content="hello")
    later = timezone.now() + timedelta(minutes=1)
    whole = Session.objects.select_related("agent__published_prompt").get(pk=session.pk)

    with django_assert_num_queries(1):
        (found,) = session_of(session=session.pk, last=later)
        assert found.agent.published_prompt == whole.agent.published_prompt

    fields = [field.attname for field in Session._meta.concrete_fields]
    assert found == whole
    assert [getattr(found, name) for name in fields] == [getattr(whole, name) for name in fields]
    assert found.last_line == "hello"
    assert session_of.first(session=session.pk, last=later) == whole
    assert session_of(session=uuid.uuid4(), last=later) == []
    assert session_of.first(session=uuid.uuid4(), last=later) is None


def test_an_update_changes_the_rows_found_and_says_how_many():
    session, other = SessionFactory(visitor="v", title="as it was"), SessionFactory(title="as it was")
    due_at = timezone.now()

    values = {"title": "100 %", "first_touch": {"a": [1]}, "answer_due_at": due_at}
    changed = change_session(session=session.pk, visitor="v", **values)
    missed = change_session(session=other.pk, visitor="w", title="new", first_touch={}, answer_due_at=None)

    session.refresh_from_db()
    other.refresh_from_db()
    assert (changed, missed) == (1, 0)
    assert (session.title, session.first_touch, session.answer_due_at) == ("100 %", {"a": [1]}, due_at)
    assert other.title == "as it was"

    change_session(session=session.pk, visitor="v", title="", first_touch={}, answer_due_at=None)
    session.refresh_from_db()
    assert session.answer_due_at is None


def test_what_is_inserted_is_stored_as_it_would_be_by_saving_it():
    session = SessionFactory()
    made = [Message(session=session, seq=seq, role=Message.Role.USER, content=f"{seq} %") for seq in (1, 2)]

    prepared.Insert(Message)(*made)

    stored = list(Message.objects.order_by("seq"))
    assert stored == made
    for field in Message._meta.concrete_fields:
        assert [getattr(each, field.attname) for each in stored] == [getattr(each, field.attname) for each in made]
    assert not made[0]._state.adding


def test_a_row_that_the_database_numbers_knows_its_number():
    question, answer = MessageFactory(), MessageFactory(role=Message.Role.ASSISTANT)
    reply = Reply(message=answer, question=question)

    prepared.Insert(Reply)(reply)

    assert Reply.objects.get() == reply
    assert reply.created_at


def test_a_second_row_of_one_key_is_refused_or_replaces_what_is_named():
    reply = ReplyFactory()
    receipt = Receipt(reply=reply, passages=[1], checks={"a": 1})
    prepared.Insert(Receipt)(receipt)

    prepared.Insert(Receipt, instead=["passages"])(Receipt(reply=reply, passages=[2]))

    receipt.refresh_from_db()
    assert (receipt.passages, receipt.checks) == ([2], {"a": 1})
    with pytest.raises(IntegrityError):
        prepared.Insert(Receipt)(receipt)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    session = SessionFactory()
    MessageFactory(session=session)

    def asked():
        try:
            return messages_of(session=session.pk, before=9), connection.connection
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        (found, theirs) = thread.submit(asked).result()

    assert found == messages_of(session=session.pk, before=9)
    assert theirs is not connection.connection

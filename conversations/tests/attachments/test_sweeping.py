"""What was uploaded and never sent goes after a day, and so do files that no row names."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from agents.models import Agent
from conversations.attachments import keeping, sweeping
from conversations.attachments.making import MadeFile
from conversations.deletion import tidying
from conversations.models import Attachment, Session
from conversations.tests.factories import MessageFactory
from fakes.transactions import behind, only_with_several

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def session(agent: Agent) -> Session:
    agent.takes_attachments = True
    agent.save()
    return Session.objects.create(agent=agent)


def stored(session: Session, hours: float) -> Attachment:
    made = keeping.store.sync(session.pk, MadeFile(b"%PDF-", "a.pdf", "application/pdf"))
    Attachment.objects.filter(pk=made.id).update(created_at=NOW - timedelta(hours=hours))
    return Attachment.objects.get(pk=made.id)


def test_what_was_not_sent_for_a_day_goes_with_the_hourly_sweep(session):
    old, young, sent = stored(session, 25), stored(session, 23), stored(session, 25)
    keeping.sent_with(MessageFactory(session=session), [sent])

    assert tidying.tidy_up(NOW) >= 1

    assert set(Attachment.objects.all()) == {young, sent}
    assert not default_storage.exists(old.file.name)
    assert default_storage.exists(young.file.name)
    assert default_storage.exists(sent.file.name)


@only_with_several
def test_what_is_sent_as_it_is_swept_stays(session):
    file = stored(session, 25)
    message = MessageFactory(session=session)

    swept = behind(lambda: keeping.sent_with(message, [file]), lambda: sweeping.sweep(NOW))

    assert swept.result() == 0
    assert Attachment.objects.get().message == message
    assert default_storage.exists(file.file.name)


@only_with_several
def test_what_is_swept_as_it_is_sent_is_told_to_be_gone(session):
    file = stored(session, 25)

    @transaction.atomic
    def send():
        return keeping.waiting(session, [file.pk])

    sent = behind(lambda: Attachment.objects.all().delete(), send)

    assert isinstance(sent.exception(), keeping.AttachmentMissing)


def test_a_file_that_no_row_names_goes_after_an_hour(session):
    names = [default_storage.save("attachments/left.pdf", ContentFile(b"%PDF-")), stored(session, 2).file.name]
    fresh = default_storage.save("attachments/fresh.pdf", ContentFile(b"%PDF-"))
    for name in names:
        at = (NOW - timedelta(hours=2)).timestamp()
        os.utime(default_storage.path(name), (at, at))

    sweeping.sweep(NOW)

    assert not default_storage.exists(names[0])
    assert default_storage.exists(names[1])
    assert default_storage.exists(fresh)


def test_where_nothing_was_ever_attached_nothing_is_swept(db):
    assert sweeping.sweep(NOW) == 0

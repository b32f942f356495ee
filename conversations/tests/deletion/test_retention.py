"""Conversations go when they are as old as the settings say, with their files and what was kept of their speech."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from conversations.deletion import sessions
from conversations.models import Session
from conversations.tests.factories import MessageFactory, SessionFactory
from fakes.transactions import behind, only_with_several
from voice.tts.cache import speech_cache

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()


def conversation(days: int, *, is_empty: bool = False) -> Session:
    """One whose last activity was so long ago."""
    session = SessionFactory()
    if not is_empty:
        MessageFactory(session=session, audio=default_storage.save("recordings/q.mp3", ContentFile(b"sound")))
    Session.objects.filter(pk=session.pk).update(updated_at=NOW - timedelta(days=days))
    return session


def test_old_conversations_go_with_their_files(settings):
    settings.SESSION_RETENTION_DAYS = 30
    old, young = conversation(31), conversation(29)

    assert sessions.delete_expired(NOW) == [str(old.pk)]
    assert list(Session.objects.all()) == [young]
    assert len(default_storage.listdir("recordings")[1]) == 1


def test_only_empty_ones_go_when_nothing_else_is_said(settings):
    kept, young = conversation(9_000), conversation(6, is_empty=True)
    empty = conversation(8, is_empty=True)

    assert sessions.delete_expired(NOW) == [str(empty.pk)]
    assert set(Session.objects.all()) == {kept, young}


@only_with_several
def test_a_conversation_that_is_written_in_as_it_is_deleted_stays(settings):
    settings.SESSION_RETENTION_DAYS = 30
    old, waking = conversation(31), conversation(32)

    deleted = behind(
        lambda: Session.objects.filter(pk=waking.pk).update(updated_at=NOW), lambda: sessions.delete_expired(NOW)
    )

    assert deleted.result() == [str(old.pk)]
    assert list(Session.objects.all()) == [waking]
    assert waking.messages.exists()


def test_with_nothing_set_nothing_goes(settings):
    settings.EMPTY_SESSION_RETENTION_DAYS = 0
    conversation(9_000, is_empty=True)

    assert sessions.delete_expired(NOW) == []


def test_speech_that_was_kept_goes_with_a_conversation_and_stays_without_words(agent):
    cache = speech_cache()
    cache.write("key", b"sound")

    conversation(0, is_empty=True).delete()
    stays = cache.read("key")
    conversation(0).delete()

    assert stays == b"sound"
    assert cache.read("key") is None

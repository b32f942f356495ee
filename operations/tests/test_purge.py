"""`purge` deletes now what time deletes, says how much of each kind, and with --dry-run deletes nothing."""

import io
import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as SignIn
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from conversations.models import Attachment, Message, Session
from conversations.tests.factories import MessageFactory, SessionFactory
from evaluation.models import Gap
from memory.models import LinkRequest
from operations import expiry

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timezone.now() - timedelta(days=400)


@pytest.fixture
def old(agent, settings):
    """One of each kind that is too old, and one of each that is not."""
    settings.SESSION_RETENTION_DAYS, settings.AUDIO_RETENTION_DAYS = 300, 30
    talk, kept = SessionFactory(agent=agent), SessionFactory(agent=agent)
    MessageFactory(session=talk, audio=ContentFile(b"sound", "gone.webm"), tts_audio=ContentFile(b"sound", "gone.mp3"))
    Message.objects.filter(session=talk).update(created_at=LONG_AGO)
    heard = MessageFactory(session=kept, audio=ContentFile(b"sound", "old.webm"))
    MessageFactory(session=kept, audio=ContentFile(b"sound", "new.webm"))
    SessionFactory(agent=agent)
    empty = SessionFactory(agent=agent)
    Session.objects.filter(pk__in=[talk.pk, empty.pk]).update(updated_at=LONG_AGO)
    Message.objects.filter(pk=heard.pk).update(created_at=timezone.now() - timedelta(days=40))
    orphan = default_storage.save("recordings/orphan.webm", ContentFile(b"sound"))
    os.utime(default_storage.path(orphan), (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    for file, session in (("a.pdf", kept), ("b.pdf", kept), ("c.pdf", talk)):
        Attachment.objects.create(
            session=session, file=ContentFile(b"%PDF", file), name=file, media_type="application/pdf", size_bytes=4
        )
    Attachment.objects.filter(name="a.pdf").update(created_at=LONG_AGO)
    Gap.objects.create(agent=agent)
    for at in (LONG_AGO, timezone.now()):
        LinkRequest.objects.create(agent=agent, visitor="a", earlier="b", address="c", created_at=at)
        SignIn.objects.create(session_key=f"{at:%Y}", session_data="x", expire_date=at + timedelta(days=1))
        DBTaskResult.objects.create(
            status=TaskResultStatus.SUCCESSFUL, finished_at=at, task_path="a.b", backend_name="default",
            args_kwargs={"args": [], "kwargs": {}}, run_after=get_date_max(), exception_class_path="", traceback="",
        )  # fmt: skip
    return kept


def rows():
    return [model.objects.count() for model in (Session, Message, Attachment, Gap, LinkRequest, SignIn, DBTaskResult)]


def test_a_rehearsal_says_the_same_and_deletes_nothing(old):
    before, files = rows(), sorted(default_storage.listdir("recordings")[1])

    said = run("--dry-run")

    assert rows() == before
    assert sorted(default_storage.listdir("recordings")[1]) == files
    assert counts(said) == [2, 3, 1, 2, 1, 1, 1, 1, 1]
    assert said.startswith("Would delete 2: conversations that are too old.\n")


def test_what_is_too_old_goes_and_the_rest_stays(old):
    expected = counts(run("--dry-run"))

    said = counts(run())

    assert said == expected
    assert rows() == [2, 2, 1, 0, 1, 1, 1]
    assert counts(run("--dry-run")) == [0] * len(expected)
    assert [each.audio.name != "" for each in Message.objects.filter(session=old)] == [False, True]


def test_tasks_that_are_done_go_some_at_a_time(old, monkeypatch):
    monkeypatch.setattr(expiry, "MAX_AT_ONCE", 1)

    assert [expiry.forget_done_tasks(timezone.now()) for _ in range(2)] == [1, 0]


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("purge", *options, stdout=out)
    return out.getvalue()


def counts(said: str) -> list[int]:
    return [int(line.split(":")[0].split()[-1]) for line in said.splitlines()]

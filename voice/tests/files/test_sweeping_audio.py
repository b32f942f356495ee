"""Deletion takes sound files along; what a failure leaves behind, and what is too old, the sweeper removes."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from agents.tests.factories import AgentFactory
from conversations.models import Message
from conversations.tests.asking import until
from conversations.tests.factories import MessageFactory, SessionFactory
from lib.files import delete_with_files
from voice.files import recordings, sweeping
from voice.files.sweeping import BATCH, MAX_FAILURES, Swept, keep_swept, sweep

pytestmark = pytest.mark.django_db(transaction=True)  # files go when the rows' deletion is committed

NOW = timezone.now()


@pytest.fixture
def stored(settings):
    """The names of all files in the media storage, asked anew each time."""
    root = Path(settings.MEDIA_ROOT)
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def file(name: str, age: timedelta = timedelta(hours=2)) -> str:
    """A stored file that was written so long ago."""
    name = default_storage.save(name, ContentFile(b"sound"))
    written_s = (NOW - age).timestamp()
    os.utime(default_storage.path(name), (written_s, written_s))
    return name


def message_with_sound(**more) -> Message:
    return MessageFactory(audio=file("recordings/q.webm"), tts_audio=file("spoken/a.mp3"), **more)


@pytest.fixture
def stuck(monkeypatch):
    """A storage that lets nothing go until it is called."""

    def delete(self, name):
        raise PermissionError("read-only")

    real = FileSystemStorage.delete
    monkeypatch.setattr(FileSystemStorage, "delete", delete)
    return lambda: monkeypatch.setattr(FileSystemStorage, "delete", real)


# --- deletion -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["session", "agent"])
def test_deleting_takes_the_recordings_along(what, stored):
    agent = AgentFactory()
    session = SessionFactory(agent=agent)
    message_with_sound(session=session)
    kept = message_with_sound()

    delete_with_files(session if what == "session" else agent)

    assert stored() == sorted([kept.audio.name, kept.tts_audio.name])


def test_what_a_failed_deletion_leaves_the_sweeper_removes(stored, stuck):
    message = message_with_sound()
    delete_with_files(message.session)
    assert len(stored()) == 2
    assert not Message.objects.exists()

    stuck()

    assert sweep(NOW) == Swept(files=2)
    assert stored() == []


# --- orphans ------------------------------------------------------------------------------------------------------


def test_a_file_that_a_message_names_stays(stored):
    message_with_sound()

    assert sweep(NOW) == Swept()
    assert len(stored()) == 2


def test_a_file_of_a_turn_that_is_on_its_way_stays(stored):
    file("recordings/new.webm", timedelta(minutes=59))
    file("recordings/old.webm", timedelta(minutes=61))

    assert sweep(NOW) == Swept(files=1)
    assert stored() == ["recordings/new.webm"]


def test_other_folders_are_not_touched(stored):
    names = [file("public/logo.png"), file("documents/a.pdf"), file("root.webm"), file("recordings/below/x.webm")]

    assert sweep(NOW) == Swept()
    assert stored() == sorted(names)


def test_a_site_without_recordings_has_nothing_to_sweep():
    assert sweep(NOW) == Swept()


def test_more_files_than_are_looked_at_together_are_swept(stored, monkeypatch):
    monkeypatch.setattr(sweeping, "NAMES_AT_ONCE", 10)
    for number in range(23):
        file(f"spoken/{number}.mp3")
    kept = message_with_sound()

    assert sweep(NOW) == Swept(files=23)
    assert stored() == sorted([kept.audio.name, kept.tts_audio.name])


def test_a_storage_without_paths_is_swept_as_well(monkeypatch):
    elsewhere = InMemoryStorage()
    elsewhere.save("recordings/x.webm", ContentFile(b"sound"))
    elsewhere.save("public/x.png", ContentFile(b"logo"))
    for module in (sweeping, recordings):
        monkeypatch.setattr(module, "default_storage", elsewhere)

    assert sweep(NOW) == Swept()
    assert sweep(timezone.now() + timedelta(hours=2)) == Swept(files=1)
    assert elsewhere.listdir("recordings") == ([], [])
    assert elsewhere.exists("public/x.png")


def test_a_storage_that_lets_nothing_go_is_given_up(stuck, stored):
    for number in range(MAX_FAILURES + 5):
        file(f"recordings/{number}.webm")

    assert sweep(NOW) == Swept(failures=MAX_FAILURES)
    assert len(stored()) == MAX_FAILURES + 5


def test_a_sweep_ends_early_when_the_server_does(stored, settings):
    settings.AUDIO_RETENTION_DAYS = 1
    message_with_sound(created_at=NOW - timedelta(days=2))
    file("recordings/x.webm")

    assert sweep(NOW, lambda: True) == Swept()
    assert len(stored()) == 3


# --- retention ----------------------------------------------------------------------------------------------------


def test_recordings_are_kept_for_ever_unless_it_is_set(stored):
    message_with_sound(created_at=NOW - timedelta(days=5000))

    assert sweep(NOW) == Swept()
    assert len(stored()) == 2


def test_old_recordings_go_and_their_text_stays(stored, settings):
    settings.AUDIO_RETENTION_DAYS = 30
    lengths = {"audio_ms": 900, "tts_audio_ms": 2_000}
    old = message_with_sound(content="How much?", **lengths, created_at=NOW - timedelta(days=30, minutes=1))
    young = message_with_sound(created_at=NOW - timedelta(days=29, hours=23))

    assert sweep(NOW) == Swept(messages=1, files=2)

    old.refresh_from_db()
    assert (old.audio.name, old.tts_audio.name, old.content) == ("", "", "How much?")
    assert (old.audio_ms, old.tts_audio_ms) == (None, None)
    assert stored() == sorted([young.audio.name, young.tts_audio.name])


def test_messages_without_sound_are_left_alone(settings):
    settings.AUDIO_RETENTION_DAYS = 1
    MessageFactory(created_at=NOW - timedelta(days=2))
    MessageFactory(created_at=NOW - timedelta(days=2), audio=file("recordings/only.webm"))

    assert sweep(NOW) == Swept(messages=1, files=1)


def test_more_than_a_batch_of_old_messages_goes(settings):
    settings.AUDIO_RETENTION_DAYS = 1
    session = SessionFactory()
    Message.objects.bulk_create(
        Message(session=session, seq=n, role="user", audio=f"recordings/{n}.webm", created_at=NOW - timedelta(days=2))
        for n in range(1, BATCH * 2 + 2)
    )

    assert sweep(NOW).messages == BATCH * 2 + 1
    assert not Message.objects.exclude(audio="").exists()


def test_a_file_that_cannot_be_removed_is_an_orphan_for_the_next_sweep(stored, settings, stuck):
    settings.AUDIO_RETENTION_DAYS = 1
    message_with_sound(created_at=NOW - timedelta(days=2))

    assert sweep(NOW) == Swept(messages=1, failures=4)  # asked for by its row, and found as an orphan
    stuck()

    assert sweep(NOW) == Swept(files=2)
    assert stored() == []


# --- who sweeps ---------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(settings):
    settings.AUDIO_RETENTION_DAYS = 1
    message_with_sound(created_at=NOW - timedelta(days=2))
    file("spoken/orphan.mp3")
    output = StringIO()

    call_command("sweep_audio", stdout=output)

    assert "3 files" in output.getvalue()
    assert "1 messages" in output.getvalue()


def test_the_command_fails_when_files_cannot_be_removed(stuck):
    file("spoken/orphan.mp3")

    with pytest.raises(CommandError, match="1 files could not be removed"):
        call_command("sweep_audio", stdout=StringIO())


async def test_a_server_sweeps_again_and_again(stored):
    sweeper = asyncio.create_task(keep_swept(every_s=0.01, first_after_s=0))
    try:
        for number in range(2):
            file(f"recordings/{number}.webm")
            await until(lambda: not stored())
    finally:
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)


async def test_a_sweep_that_fails_is_not_the_last_one(stored, monkeypatch, caplog):
    failures = iter([OSError("the storage is away")])
    real = sweeping._names

    def names(folder):
        for failure in failures:
            raise failure
        return real(folder)

    monkeypatch.setattr(sweeping, "_names", names)
    file("recordings/x.webm")
    sweeper = asyncio.create_task(keep_swept(every_s=0.01, first_after_s=0))
    try:
        await until(lambda: not stored())
    finally:
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)

    assert "could not be swept" in caplog.text

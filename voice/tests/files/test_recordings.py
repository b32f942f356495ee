"""Sound files are kept under names of their own, and leave nothing behind when something fails."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from conversations.models import Message, Reply
from conversations.tests.factories import MessageFactory, ReplyFactory
from voice.files.recordings import attach_spoken, discard, store
from voice.sound.kinds import KINDS, WEBM

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(settings):
    """The names of all files in the media storage, asked anew each time."""
    root = Path(settings.MEDIA_ROOT)
    return lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class BreaksOff(io.BytesIO):
    """An upload that cannot be read to its end."""

    def read(self, *args: int | None) -> bytes:
        if self.tell():
            raise OSError("the disk is gone")
        return super().read(1000)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_an_upload_is_kept_whole_under_a_name_nobody_can_guess(kind):
    file = io.BytesIO(b"a voice")
    file.read()

    name = store(file, kind)

    folder, _, rest = name.partition("/")
    assert folder == "recordings"
    assert uuid.UUID(rest.removesuffix(kind.suffix)).version == 4
    assert default_storage.open(name).read() == b"a voice"


def test_an_upload_that_breaks_off_leaves_nothing(stored):
    with pytest.raises(OSError, match="gone"):
        store(BreaksOff(bytes(200_000)), WEBM)

    assert stored() == []


def test_a_file_is_discarded_and_a_second_time_is_no_error(stored):
    name = store(io.BytesIO(b"a voice"), WEBM)

    assert discard(name)
    assert discard(name)
    assert stored() == []


def test_a_storage_that_refuses_is_no_error_either(tmp_path):
    assert not discard("../outside.webm")
    assert not discard("")


@pytest.mark.parametrize("as_path", [True, False])
def test_an_answer_gets_its_sound(tmp_path, as_path):
    message = MessageFactory(role=Message.Role.ASSISTANT)
    file = tmp_path / "turn.mp3"
    file.write_bytes(b"mp3")

    name = attach_spoken(message.pk, file if as_path else io.BytesIO(b"mp3"), 7_300)

    message.refresh_from_db()
    assert name == message.tts_audio.name
    assert name.startswith("spoken/")
    assert name.endswith(".mp3")
    assert message.tts_audio.read() == b"mp3"
    assert message.tts_audio_ms == 7_300


def test_what_was_spoken_before_is_removed(stored, django_capture_on_commit_callbacks):
    message = MessageFactory(role=Message.Role.ASSISTANT)
    attach_spoken(message.pk, io.BytesIO(b"first"))

    with django_capture_on_commit_callbacks(execute=True):
        name = attach_spoken(message.pk, io.BytesIO(b"second"))

    assert stored() == [name]


def test_an_answer_that_is_gone_leaves_no_file(stored):
    assert attach_spoken(uuid.uuid4(), io.BytesIO(b"mp3")) is None
    assert stored() == []


@pytest.mark.parametrize(
    ("state", "attempt", "is_kept"),
    [("complete", 1, True), ("stopped", 1, True), ("running", 1, False), ("complete", 2, False)],
)
def test_the_sound_of_an_attempt_is_kept_only_while_its_words_are_the_answer(stored, state, attempt, is_kept):
    reply = ReplyFactory(state=Reply.State(state), attempt=attempt)

    name = attach_spoken(reply.message_id, io.BytesIO(b"mp3"), 900, attempt=1)

    answer = Message.objects.get(pk=reply.message_id)
    assert stored() == ([name] if is_kept else [])
    assert (answer.tts_audio.name, answer.tts_audio_ms) == ((name, 900) if is_kept else ("", None))


def test_an_answer_keeps_its_text_and_time(stored):
    message = MessageFactory(role=Message.Role.ASSISTANT, content="It is 40.")
    Message.objects.filter(pk=message.pk).update(content="It is 50.")

    attach_spoken(str(message.pk), ContentFile(b"mp3"))

    message.refresh_from_db()
    assert message.content == "It is 50."

"""What was said and what was answered are kept as sound, like those of push-to-talk: where a turn came of them."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from channels.routing import URLRouter
from django.core.files.storage import default_storage
from django.db import connection

from conversations.intake import turns
from conversations.intake.turns import StoredRecording
from conversations.models import Message, Reply, Session
from conversations.tests.asking import until
from fakes.scripts import Script
from fakes.transcription import Heard
from lib.database import in_database
from voice.files.keeping import keep_spoken, mp3_of
from voice.routing import websocket_urlpatterns
from voice.sound.audio import decode
from voice.tests.live.scripted import NOTHING, Answer, ScriptedEars
from voice.tests.live.talking import talk
from voice.tests.live.virtual_time import in_virtual_time
from voice.tests.live.voice_client import VoiceClient
from voice.tests.utterances import needs_models, speech

QUESTION = "What do you sell?"


@in_virtual_time
async def test_the_recording_comes_with_its_turn_and_the_sound_with_its_answer():
    async with talk(Answer("Ninety euros. It is in stock."), ears=ScriptedEars("How much?")) as talking:
        await talking.say()
        await talking.ended()
        await talking.conversation.close()

        sent = sum(len(packet.sound) for packet in talking.client.packets())
        assert talking.turns.recordings == [StoredRecording("recordings/1.mp3")]
        assert talking.turns.discarded == []
        assert talking.turns.spoken == {"a1": sent}


@in_virtual_time
async def test_what_was_no_word_is_not_kept():
    async with talk(ears=ScriptedEars(NOTHING)) as talking:
        await talking.say()
        await talking.client.wait_for("transcript.rejected")
        await talking.conversation.close()

        assert talking.turns.discarded == [StoredRecording("recordings/1.mp3")]


@in_virtual_time
async def test_half_an_answer_is_not_kept_as_one():
    async with talk(Answer("This is a long answer. " * 20)) as talking:
        await talking.say()
        await talking.client.wait_for("sound")
        await talking.interrupt()
        await talking.conversation.close()

        assert talking.turns.spoken == {}


@needs_models
@pytest.mark.django_db(transaction=True)
async def test_both_are_files_of_their_messages(upstream, agent, settings):
    settings.OPENAI_TTS_MODEL = "scripted"
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]
    settings.SPEECH_CACHE_BYTES = 0
    upstream.hear(*[Heard(QUESTION)] * 5)
    upstream.then(Script(text="We sell lamps of brass."))
    client = VoiceClient(URLRouter(websocket_urlpatterns))
    await client.open()
    said = speech(QUESTION)

    await client.say_aloud(said)
    await client.hear_until("turn.end")

    question, answer = await in_database(lambda: list(Message.objects.order_by("seq")))()
    await until(in_database(lambda: bool(Message.objects.get(pk=answer.pk).tts_audio)))
    answer = await in_database(Message.objects.get)(pk=answer.pk)
    assert lasts_s(question.audio) == pytest.approx(len(said) / 16_000, abs=0.2)
    assert lasts_s(answer.tts_audio) == pytest.approx(5 * 0.4, abs=0.2)
    assert question.audio_ms == pytest.approx(lasts_s(question.audio) * 1000, abs=100)
    assert answer.tts_audio_ms == pytest.approx(lasts_s(answer.tts_audio) * 1000, abs=100)
    await client.leave()


@needs_models
@pytest.mark.django_db(transaction=True)
async def test_a_full_disk_costs_the_recording_and_not_the_turn(upstream, agent, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file"  # nothing can be stored below a file
    settings.STT_PROVIDERS = ["openai"]
    upstream.hear(*[Heard(QUESTION)] * 5)
    upstream.then(Script(text="Lamps."))
    client = VoiceClient(URLRouter(websocket_urlpatterns))
    await client.open()

    await client.say_aloud(speech(QUESTION))
    await client.hear_until("turn.start")

    question = await in_database(Message.objects.get)(role="user")
    assert question.content == QUESTION
    assert not question.audio
    await client.leave()


def lasts_s(name: str) -> float:
    with default_storage.open(str(name)) as file:
        recording = decode(io.BytesIO(file.read()), longest_s=60)
    return len(recording.samples) / 16_000


@needs_models
@pytest.mark.django_db(transaction=True)
async def test_keeping_the_sound_keeps_no_connection(agent):
    """A pool has few of them, and whoever keeps one on a thread of the event loop's keeps it for good."""
    session = await in_database(Session.objects.create)(agent=agent, visitor="v")
    turn = await turns.accept(session.pk, QUESTION)
    await in_database(Reply.objects.filter(message=turn.answer.id).update)(state=Reply.State.COMPLETE)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        loop.set_default_executor(thread)

        await keep_spoken(str(session.pk), turn.answer.id, 0, mp3_of(b"\0\0" * 24_000, 24_000), 1000)

        assert await asyncio.to_thread(lambda: connection.connection) is None
    assert await in_database(lambda: bool(Message.objects.get(pk=turn.answer.id).tts_audio))()

"""A recording becomes a turn like any other: heard, stored once, answered, and the answer spoken and kept."""

import asyncio
import base64
import gc
import io
import json
import uuid

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from access.callers import of_session
from access.visitors import COOKIE, new_visitor
from conversations.intake import door, turns
from conversations.models import Message, Session
from conversations.replies.runs import runs
from conversations.tests.asking import until
from conversations.tests.rest.conftest import Asking, async_visitor_of, new_session
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from fakes.speech import Spoken
from fakes.transcription import Heard
from lib.database import in_database
from voice import warming
from voice.sound.audio import Mp3Encoder, decode
from voice.sound.rates import BYTES_PER_S
from voice.speaking.speeches import speeches
from voice.tests.asking import recording, upload
from voice.tests.sounds import encoded
from voice.tests.utterances import needs_models, silence

pytestmark = [pytest.mark.django_db(transaction=True), needs_models]

ANSWER = "We sell lamps of brass, and the shades that go with them. Would you like to see one?"


@pytest.fixture
def voice(upstream, settings):
    """The scripted server listens, answers and speaks."""
    settings.OPENAI_TTS_MODEL = "scripted"
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]
    settings.SPEECH_CACHE_BYTES = 0
    upstream.hear(Heard("What do you sell?"))
    upstream.then(Script(text=ANSWER))
    return upstream


@pytest.fixture
async def session(agent) -> Session:
    return await new_session()


@pytest.fixture
def visitor(session) -> Asking:
    return async_visitor_of(session.pk)


async def say(client, session, sound=None, **headers):
    return await client.post(f"/api/sessions/{session.pk}/voice", {"audio": upload(sound)}, headers=headers)


def kept(folder: str) -> list[str]:
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def seconds_of(name: str) -> float:
    with default_storage.open(name) as file:
        return decode(io.BytesIO(file.read()), longest_s=300).duration_s


async def test_both_messages_are_answered_with_their_sounds(voice, session, visitor):
    response = await say(visitor, session)

    assert response.status_code == 200, response.content
    asked, answered = response.json()["user_message"], response.json()["assistant_message"]
    assert (asked["content"], asked["message_type"]) == ("What do you sell?", "voice")
    assert (answered["content"], answered["message_type"], answered["status"]) == (ANSWER, "voice", "complete")
    words = len(ANSWER.split())
    assert seconds_of(answered["tts_audio_url"].removeprefix("/api/audio/")) == pytest.approx(words * 0.4, abs=0.3)
    assert asked["audio_ms"] == pytest.approx(seconds_of(asked["audio_url"].removeprefix("/api/audio/")) * 1000, abs=1)
    assert answered["tts_audio_ms"] == pytest.approx(words * 400, abs=100)
    assert (asked["tts_audio_ms"], answered["audio_ms"]) == (None, None)
    heard = await visitor.get(asked["audio_url"])
    assert b"".join([piece async for piece in heard]) == recording()


async def test_an_answer_is_spoken_clause_by_clause_while_it_is_written(voice, session, visitor):
    response = await say(visitor, session, Accept="application/x-ndjson")
    lines = [json.loads(line) for line in (await whole(response)).splitlines()]
    kinds = [line.pop("type") for line in lines]

    assert kinds[0] == "transcript"
    assert kinds[-1] == "done"
    assert lines[0]["assistant_message_id"] == lines[-1]["assistant_message"]["id"]
    clauses = [line for line, kind in zip(lines, kinds, strict=True) if kind == "clause"]
    assert " ".join(clause["text"] for clause in clauses).split() == ANSWER.split()
    assert clauses[0]["text"] == "We sell lamps of brass,"
    assert [clause["start_ms"] for clause in clauses][:2] == [0, 2000]
    assert "".join(line["content"] for line, kind in zip(lines, kinds, strict=True) if kind == "token") == ANSWER
    mp3 = b"".join(
        base64.b64decode(line["content"]) for line, kind in zip(lines, kinds, strict=True) if kind == "audio"
    )
    kept = default_storage.open(lines[-1]["assistant_message"]["tts_audio_url"].removeprefix("/api/audio/"))
    with kept as file:
        assert file.read() == mp3


async def test_a_thought_is_neither_told_nor_spoken_and_the_stream_says_that_it_goes_on(
    upstream, voice, session, visitor
):
    upstream.reset()
    upstream.hear(Heard("What do you sell?"))
    upstream.then(Script(tokens=("<think>", "They ask ", "SECRET things.", "</think>", ANSWER), rate_per_s=20))

    response = await say(visitor, session, Accept="application/x-ndjson")
    lines = [json.loads(line) for line in (await whole(response)).splitlines()]

    assert lines[1]["type"] == "status"
    assert lines[1]["state"] == "thinking"
    assert "SECRET" not in str(lines)
    assert "".join(line["content"] for line in lines if line["type"] == "token") == ANSWER
    assert "SECRET" not in str(upstream.spoken)


async def test_the_same_key_again_is_neither_transcribed_nor_answered_again(voice, session, visitor):
    first = await say(visitor, session, **{"Idempotency-Key": "once"})
    second = await say(visitor, session, **{"Idempotency-Key": "once"})

    assert second.json() == first.json()
    assert len(voice.heard) == len(voice.requests) == 1
    assert await Message.objects.acount() == 2
    assert len(default_storage.listdir("recordings")[1]) == len(default_storage.listdir("spoken")[1]) == 1


def without_header() -> bytes:
    return recording()[len(recording()) // 2 :]


@pytest.mark.parametrize(
    ("sound", "words"),
    [(lambda: b"", "empty"), (lambda: b"hello, this is text", "WebM"), (without_header, "WebM")],
    ids=["empty", "text", "without its header"],
)
async def test_what_is_no_recording_is_refused_and_nothing_is_stored(voice, session, visitor, sound, words):
    response = await say(visitor, session, sound())

    assert response.status_code == 400
    assert response.json()["error"] == "Invalid Audio"
    assert words in response.json()["detail"]
    assert await Message.objects.acount() == 0


async def test_a_recording_is_refused_in_the_language_of_who_sent_it(voice, session, visitor):
    response = await say(visitor, session, b"hello, this is text", **{"Accept-Language": "de"})

    assert "wird nicht angenommen" in response.json()["detail"]


async def test_a_recording_that_is_too_large_or_too_long_names_the_limit(voice, session, visitor, settings):
    settings.MAX_AUDIO_SIZE = 2048
    large = await say(visitor, session)
    settings.MAX_AUDIO_SIZE, settings.MAX_AUDIO_DURATION = 5_000_000, 1
    long = await say(visitor, session)

    assert (large.status_code, large.json()["error"]) == (400, "Invalid Audio")
    assert "0.00195 MB" in large.json()["detail"]
    assert (long.status_code, long.json()["error"]) == (400, "Invalid Audio")
    assert "1 second" in long.json()["detail"]
    assert voice.heard == []


async def test_silence_and_what_models_make_of_it_never_reach_the_agent(voice, session, visitor):
    quiet = await say(visitor, session, encoded(silence(2), "wav", 16_000))
    voice.reset()
    voice.hear(Heard("Thanks for watching!"))
    phantom = await say(visitor, session)

    for response in (quiet, phantom):
        assert response.status_code == 422
        assert response.json()["error"] == "Transcription Failed"
        assert "could not hear" in response.json()["fallback_message"]
    assert voice.requests == []
    assert await Message.objects.acount() == 0
    assert not default_storage.exists("recordings") or not default_storage.listdir("recordings")[1]


async def test_when_nobody_can_listen_nothing_is_stored(voice, session, visitor):
    voice.reset()
    voice.hear(*[Heard(status=500)] * 4)

    response = await say(visitor, session)

    assert response.status_code == 422
    assert "type your message" in response.json()["fallback_message"]
    assert await Message.objects.acount() == 0


async def test_a_recording_is_stored_while_it_is_transcribed_and_removed_with_the_request(voice, session, visitor):
    voice.reset()
    voice.hear(Heard(stall=True))

    saying = asyncio.create_task(say(visitor, session))
    await until(lambda: voice.heard and kept("recordings"))
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)

    assert kept("recordings") == []
    assert await Message.objects.acount() == 0


async def test_a_speech_that_is_over_keeps_no_encoder(voice, session, visitor):
    await say(visitor, session)

    await until(_no_encoder_is_kept)


def _no_encoder_is_kept() -> bool:
    gc.collect()  # those of a test before, which failed on purpose
    return not any(type(each) is Mp3Encoder for each in gc.get_objects())


async def test_when_nobody_can_speak_the_text_is_whole(voice, session, visitor):
    voice.say(*[Spoken(status=500)] * 10)

    plain = await say(visitor, session)
    voice.reset()
    voice.say(*[Spoken(status=500)] * 10)
    voice.then(Script(text=ANSWER))
    streamed = await whole(await say(visitor, session, Accept="text/event-stream"))

    assert plain.json()["assistant_message"]["content"] == ANSWER
    assert plain.json()["assistant_message"]["tts_audio_url"] is None
    assert "event: audio_unavailable" in streamed
    assert "event: done" in streamed


async def test_a_client_that_goes_away_stops_neither_answer_nor_speech(voice, session, visitor):
    response = await say(visitor, session, Accept="application/x-ndjson")
    parts = aiter(response)
    assert b"transcript" in await anext(parts)
    await parts.aclose()

    await until(lambda: kept_sound(session))
    assert (await Message.objects.aget(session=session, seq=2)).content == ANSWER


async def test_a_stopped_answer_is_spoken_no_further_and_keeps_what_was_said(voice, session, visitor):
    voice.reset()
    voice.hear(Heard("What do you sell?"))
    voice.then(Script(text=ANSWER, stall_after_tokens=8))
    response = await say(visitor, session, Accept="application/x-ndjson")
    parts = aiter(response)
    while b'"audio"' not in await anext(parts):
        pass
    answer = await Message.objects.aget(session=session, seq=2)
    speech = speeches().find(await in_database(_data)(answer.pk))

    await runs().stop(str(session.pk), str(answer.pk))
    await asyncio.wait_for(speech.over(), PATIENCE_S)

    await until(lambda: kept_sound(session))
    name = (await Message.objects.aget(pk=answer.pk)).tts_audio.name
    assert 0.1 < seconds_of(name) < 2.3  # of the first clause at most, which has five words
    await parts.aclose()


async def test_an_answer_that_is_made_anew_is_not_spoken_with_the_words_of_the_old_one(voice, session, visitor):
    voice.reset()
    voice.hear(Heard("What do you sell?"))
    voice.then(Script(text=ANSWER, finish_reason="length"), Script(text="We sell gold."))
    voice.say(Spoken(stall_after_bytes=BYTES_PER_S))
    response = await say(visitor, session, Accept="application/x-ndjson")
    parts = aiter(response)
    while b'"audio"' not in await anext(parts):
        pass
    answer = await Message.objects.aget(session=session, seq=2)
    old = speeches().find(await in_database(_data)(answer.pk))
    await until(lambda: old.is_written)

    owed = await door.again(of_session(session.pk, "127.0.0.1"), session.pk, answer.pk)
    assert owed.is_running
    assert speeches().find(owed) is None
    await until(lambda: _is_made_anew(answer.pk))
    made = await in_database(_data)(answer.pk)
    speech = speeches().start(made)

    assert speech is not old
    assert speeches().find(made) is speech
    await asyncio.wait_for(speech.over(), PATIENCE_S)
    name = (await Message.objects.aget(pk=answer.pk)).tts_audio.name
    assert seconds_of(name) == pytest.approx(3 * 0.4, abs=0.3)  # three words
    await parts.aclose()
    old.task.cancel()
    await asyncio.gather(old.task, return_exceptions=True)


async def test_another_visitor_may_not_speak_here(voice, session):
    stranger = async_visitor_of(uuid.uuid4())

    assert (await say(stranger, session)).status_code == 403


async def test_a_page_begins_a_session_with_a_spoken_message(voice, agent, async_client, settings):
    async_client.cookies[COOKIE], visitor = new_visitor()
    fields = {"audio": upload(), "client_id": "abc"}

    response = await async_client.post(reverse("first_voice", args=["ada"]), fields, headers={"HX-Request": "true"})
    again = await async_client.post(
        reverse("first_voice", args=["ada"]), {**fields, "audio": upload()}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    html = response.content.decode()
    assert "What do you sell?" in html
    assert 'data-client-id="abc"' in html
    session = await Session.objects.aget(visitor=visitor)
    assert response["X-Session-Id"] == again["X-Session-Id"] == str(session.pk)
    assert len(voice.heard) == 1
    await until(lambda: kept_sound(session))


async def test_who_reaches_for_the_microphone_finds_everything_ready(agent, async_client, settings):
    agent.greeting = "Hello, I am Ada."
    await agent.asave()

    response = await async_client.post(reverse("voice_ready", args=["ada"]))
    again = await async_client.post(reverse("voice_ready", args=["ada"]))

    assert response.status_code == again.status_code == 204
    folder = settings.VAR_DIR / "speech-cache"
    await until(lambda: folder.is_dir() and any(path.is_file() for path in folder.rglob("*")))
    await until(lambda: not warming._warming)


async def test_a_page_hears_an_answer_as_it_is_spoken(voice, agent, async_client):
    async_client.cookies[COOKIE], visitor = new_visitor()
    turn = await turns.begin(agent, visitor, "What do you sell?")
    address = reverse("speech", args=[turn.question.session_id, turn.answer.id])

    response = await async_client.get(address, headers={"Accept": "application/vnd.salesagent.speech"})
    frames = list(unpacked(await raw(response)))

    assert frames[0][0] == 1
    assert json.loads(frames[0][1]) == {"i": 0, "text": "We sell lamps of brass,", "start_ms": 0}
    sound = b"".join(payload for kind, payload in frames if kind == 2)
    assert len(sound) / BYTES_PER_S == pytest.approx(len(ANSWER.split()) * 0.4, abs=0.01)
    assert frames[-1] == (3, b'{"reason": "done"}')
    stored = await async_client.get(address, headers={"Accept": "audio/mpeg"})
    assert stored.status_code == 302
    assert stored["Location"].startswith("/api/audio/spoken/")


async def test_an_answer_of_somebody_else_is_not_spoken(voice, agent, async_client):
    async_client.cookies[COOKIE], _visitor = new_visitor()
    turn = await turns.begin(agent, "another", "What do you sell?")
    address = reverse("speech", args=[turn.question.session_id, turn.answer.id])

    response = await async_client.get(address, headers={"Accept": "application/vnd.salesagent.speech"})

    assert response.status_code == 404
    assert voice.spoken == []


async def whole(response) -> str:
    return (await raw(response)).decode()


async def raw(response) -> bytes:
    return b"".join([part async for part in response])


def unpacked(data: bytes):
    while data:
        kind, size = data[0], int.from_bytes(data[1:5], "big")
        yield kind, data[5 : 5 + size]
        data = data[5 + size :]


async def kept_sound(session) -> bool:
    return await Message.objects.filter(session=session, seq=2).exclude(tts_audio="").aexists()


async def _is_made_anew(message_id) -> bool:
    made = await in_database(_data)(message_id)
    return made.attempt == 2 and made.status == "complete"


def _data(message_id):
    from conversations.messages.events import MessageData

    return MessageData.of(Message.objects.select_related("reply").get(pk=message_id))

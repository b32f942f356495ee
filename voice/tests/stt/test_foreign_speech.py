"""Speech in a language that nobody here understands: refused in words, never written down as another one."""

import asyncio
import shutil
from contextlib import nullcontext

import numpy as np
import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, StaffFactory
from agents.tests.staff.test_admin_agents import change_url
from conversations.models import Message, Session
from conversations.tests.rest.conftest import async_visitor_of, new_session
from fakes.patience import PATIENCE_S
from fakes.transcription import Heard
from lib.database import in_database
from voice.errors import NothingHeard, SpeechUnavailable
from voice.models import AgentVoice
from voice.sound.rates import LISTENING_RATE
from voice.stt import chain
from voice.stt.certainty import check_certainty, code_of
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance
from voice.tests.asking import upload
from voice.tests.live.voice_client import VoiceClient
from voice.tests.utterances import needs_models, silence, speech, utterance
from voice.tts.espeak import Espeak
from voice.tts.speaker import Voice

pytestmark = pytest.mark.slow
needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
SPEAKING_RATE = 24_000

FOREIGN = [
    ("de", "Liefern Sie auch nach Österreich, und wie lange dauert das?"),
    ("de", "Wie viel kostet die Lampe aus Messing?"),
    ("fr", "Est-ce que je peux le retourner?"),
    ("fr", "Combien coûte la lampe en laiton?"),
    ("es", "¿Hacen envíos a Austria y cuánto tiempo tarda?"),
    ("it", "Spedite anche in Austria e quanto tempo ci vuole?"),
    ("pl", "Czy wysyłacie do Austrii i jak długo to trwa?"),
    ("ru", "Вы доставляете в Австрию?"),
]
ONE_WORD = [("fr", "Oui"), ("de", "Nein"), ("de", "Genau"), ("es", "Gracias"), ("fr", "Non merci"), ("fr", "Bonjour")]
ENGLISH = [
    "What do you sell?",
    "Do you ship to Austria, and how long does it take?",
    "Yes.",
    "I need twelve of them by March.",
]


async def spoken(text: str, language: str) -> Utterance:
    pcm = b"".join([piece async for piece in Espeak().stream(text, Voice(language=language))])
    sound = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
    at = np.arange(len(sound) * LISTENING_RATE // SPEAKING_RATE) * (SPEAKING_RATE / LISTENING_RATE)
    said = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return utterance(np.concatenate([silence(0.3), said, silence(0.3)]))


@pytest.fixture
def english_ear(settings):
    settings.STT_PROVIDERS = ["builtin"]


@needs_models
@needs_espeak
@pytest.mark.parametrize(("language", "text"), FOREIGN + ONE_WORD)
async def test_another_language_is_not_taken_for_english(english_ear, language, text):
    with pytest.raises(NothingHeard):
        await chain.transcribe(await spoken(text, language))


@needs_models
@pytest.mark.parametrize("text", [*ENGLISH, "No.", "Hello.", "Two.", "Maybe.", "Blue.", "No, thanks."])
async def test_english_is_understood_as_before(english_ear, text):
    assert (await chain.transcribe(utterance(speech(text)))).text


@needs_models
@pytest.mark.parametrize(
    "more",
    [
        {"language": "german"},
        {"language": "de"},
        {"languages": ["de"]},
        {"segments": [{"text": "Leave a mouth.", "avg_logprob": -1.3}]},
        {"language": "english", "segments": [{"text": "la la la", "avg_logprob": -0.2, "compression_ratio": 19.0}]},
    ],
)
async def test_a_server_that_doubts_its_words_is_believed(upstream, settings, more):
    settings.STT_PROVIDERS = ["openai"]
    upstream.hear(Heard("Leave a mouth at first tonight.", more=more))

    with pytest.raises(NothingHeard) as caught:
        await chain.transcribe(utterance(speech(ENGLISH[0])))

    assert caught.value.reason is NothingHeard.Reason.UNCLEAR


@needs_models
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"language": "English", "segments": [{"avg_logprob": -0.3, "compression_ratio": 1.1}]},
        {"language": None, "segments": "none"},
        {"language": 7, "segments": [None, {"avg_logprob": "low"}]},
    ],
)
async def test_what_a_server_is_sure_of_or_does_not_tell_is_taken(upstream, settings, more):
    settings.STT_PROVIDERS = ["openai"]
    upstream.hear(Heard("What do you sell?", more=more))

    assert (await chain.transcribe(utterance(speech(ENGLISH[0])))).text == "What do you sell?"


@needs_models
async def test_a_server_that_does_not_know_the_long_answer_is_asked_for_the_short_one(upstream, settings):
    settings.STT_PROVIDERS, settings.OPENAI_WHISPER_MODEL = ["openai"], "whisper-1"
    upstream.hear(Heard(status=400))

    for _ in range(2):
        assert (await chain.transcribe(utterance(speech(ENGLISH[0])))).text

    assert len(upstream.heard) == 3


@pytest.mark.parametrize(
    ("text", "language", "logprob", "is_taken"),
    [
        ("Hello", "en", -0.85, True),
        ("Yes, please.", "en", -0.85, True),
        ("2", "en", -0.9, True),
        ("2", "en", -1.02, False),
        ("We", "en", -0.94, False),  # Oui
        ("Go.", "en", -0.89, False),  # Genau
        ("Blue.", "en", -0.65, True),
        ("Genau", "de", -1.1, True),
        ("Yes, I would like that", "en", -0.85, False),
    ],
)
def test_only_what_people_say_alone_may_be_less_certain(text, language, logprob, is_taken):
    told = TranscriptCertainty(language if language != "en" else "", None, None, logprob, 1.0)
    with nullcontext() if is_taken else pytest.raises(NothingHeard):
        check_certainty(Transcript(text, "builtin", "tiny.en", told), Utterance(silence(1), language))


@pytest.mark.parametrize(
    ("told", "is_taken"),
    [
        (TranscriptCertainty("de", 0.9, 0.05, -0.4, 1.0), False),
        (TranscriptCertainty("de", 0.4, 0.3, -0.4, 1.0), True),  # it cannot tell
        (TranscriptCertainty("en", 0.9, 0.9, -0.9, 1.0), True),
        (TranscriptCertainty("en", 0.4, 0.4, -0.9, 1.0), False),
    ],
)
async def test_a_language_counts_from_where_a_model_is_sure_of_it(told, is_taken):
    transcript = Transcript("Leave a mouth at first", "builtin", "base", told)
    said = Utterance(silence(2), "en")
    if is_taken:
        check_certainty(transcript, said)
    else:
        with pytest.raises(NothingHeard):
            check_certainty(transcript, said)


def test_languages_have_many_names():
    assert [code_of(name) for name in ("German", "de", "de-AT", "pt_BR", "", "a strange one")] == [
        *("de", "de", "de", "pt", "", ""),
    ]


# --- an agent whose language nobody hears -----------------------------------------------------------------------


@pytest.fixture
def german(db, english_ear):
    agent = AgentFactory(slug="ada", is_default=True)
    AgentVoice.objects.create(agent=agent, language="de")
    return agent


@needs_models
@pytest.mark.django_db(transaction=True)
def test_it_does_not_offer_the_microphone_and_staff_read_why(client, german):
    page = client.get(reverse("chat", args=["ada"])).content.decode()
    client.force_login(StaffFactory(is_superuser=True))
    staff_page = client.get(reverse("chat", args=["ada"])).content.decode()
    admin_page = client.get(change_url(german)).content.decode()

    assert 'id="mic' not in page
    assert 'id="live-start"' not in page
    assert "understands German" not in page
    assert "no transcriber that is set up understands German" in staff_page
    assert "nobody below who listens understands German" in admin_page
    assert "make multilingual" in admin_page


@needs_models
@pytest.mark.django_db(transaction=True)
def test_a_recording_all_the_same_is_refused_before_anything_is_stored_or_counted(client, german, monkeypatch):
    counted = []
    monkeypatch.setattr("access.rates.count_turn", lambda *_: counted.append("turn"))
    answers = [
        client.post(reverse("first_voice", args=["ada"]), {"audio": upload(), "client_id": "c1"}),
        client.post(reverse("begin_session", args=["ada"])),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("I do not understand speech in this language" in answer.json()["detail"] for answer in answers)
    assert not Session.objects.exists()
    assert counted == []


@needs_models
@pytest.mark.django_db(transaction=True)
async def test_the_api_refuses_it_in_words(german):
    session = await new_session()
    visitor = async_visitor_of(session.pk)

    answer = await visitor.post(f"/api/sessions/{session.pk}/voice", {"audio": upload()})

    assert answer.status_code == 422
    assert "I do not understand speech in this language" in answer.json()["fallback_message"]
    assert not await Message.objects.aexists()


@needs_models
@pytest.mark.django_db(transaction=True)
async def test_the_live_door_refuses_it_and_begins_no_session(german):
    from salesagent.asgi import application

    client = VoiceClient(application)
    error = await client.open()

    assert error["code"] == "language"
    assert await client.closed() == 4406
    assert not await in_database(Session.objects.exists)()
    await client.leave()


@needs_models
async def test_nobody_is_asked_who_does_not_understand_the_language(english_ear):
    with pytest.raises(SpeechUnavailable) as caught:
        await asyncio.wait_for(chain.transcribe(utterance(speech("What do you sell?"), "de")), PATIENCE_S)

    assert caught.value.cause is SpeechUnavailable.Cause.LANGUAGE

"""Transcription that fails, and sound without words, by the real chain: the model is not asked, the next turn works."""

import pytest

from agents.llm.openai_compatible import close_clients
from conversations.models import Message
from conversations.tests.asking import until
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from fakes.transcription import FakePulse, Heard
from lib.database import in_database
from voice.live.stages import Stages
from voice.stt.chain import TranscriberChain
from voice.stt.openai_compatible import OpenAITranscriber
from voice.stt.smallest import SmallestTranscriber, close_sessions
from voice.tests.live.scripted import ScriptedNarrator, Sentences
from voice.tests.live.voice_client import VoiceClient, application_with
from voice.tests.utterances import hum, key_clicks, needs_models, silence, speech, white_noise

pytestmark = [pytest.mark.django_db(transaction=True), needs_models]

QUESTION = "What do you sell?"
SHORT_S = 2.0


@pytest.fixture
async def transcriber(upstream):
    """One that waits for as long as any test does."""
    yield OpenAITranscriber(base_url=upstream.base_url, api_key="sk-a", model="m", timeout_s=PATIENCE_S)
    await close_clients()


@pytest.fixture
async def hasty_transcriber(upstream):
    yield OpenAITranscriber(base_url=upstream.base_url, api_key="sk-a", model="m", timeout_s=SHORT_S)
    await close_clients()


def talks(*transcribers):
    parts = Stages(
        TranscriberChain(transcribers).transcribe, lambda: ScriptedNarrator(0, 1000), Sentences, has_partials=False
    )
    return VoiceClient(application_with(parts))


FAULTS = {
    "broken": [Heard(status=500)] * 2,  # asked twice
    "refused": [Heard(status=401)],
    "busy": [Heard(status=429)],
    "garbage": [Heard(garbage=True)] * 2,
    "a web page": [Heard(page=True)] * 2,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_failure_is_told_and_asks_nothing(agent, upstream, transcriber, fault):
    upstream.hear(*fault)
    await is_told_and_asks_nothing(upstream, talks(transcriber))


async def test_silence_is_told_and_asks_nothing(agent, upstream, hasty_transcriber):
    upstream.hear(Heard(stall=True))
    await is_told_and_asks_nothing(upstream, talks(hasty_transcriber))


async def is_told_and_asks_nothing(upstream, client):
    await client.open()

    await client.say_aloud(speech(QUESTION))
    error = await client.hear()
    assert await Message.objects.acount() == 0
    assert upstream.requests == []
    upstream.then(Script(text="Lamps."))
    await client.ask_for(QUESTION)
    await client.hear_until("turn.end")

    assert (error["code"], error["utt"], error["retryable"]) == ("stt_unavailable", 1, True)
    assert error["message"]
    assert client.text_of() == "Lamps."
    await client.leave()


@pytest.mark.parametrize("name", ["broken", "busy", "garbage"])  # the others rest until staff mend them
async def test_the_next_thing_said_is_heard_again(agent, upstream, transcriber, name):
    await is_heard_again(upstream, talks(transcriber), *FAULTS[name])


async def test_the_next_thing_said_is_heard_again_after_a_silence(agent, upstream, hasty_transcriber):
    await is_heard_again(upstream, talks(hasty_transcriber), Heard(stall=True))


async def is_heard_again(upstream, client, *fault):
    upstream.hear(*fault)
    upstream.then(Script(text="Lamps."))
    await client.open()
    await client.say_aloud(speech(QUESTION))
    await client.hear_until("error")
    upstream.reset()
    upstream.hear(Heard(QUESTION))
    upstream.then(Script(text="Lamps."))

    await client.say_aloud(speech(QUESTION), 2)
    end = await client.hear_until("turn.end")

    assert end["reason"] == "done"
    assert client.told("transcript.final")[0]["text"] == QUESTION
    await client.leave()


async def test_the_next_provider_hears_for_one_that_refuses(agent, upstream, transcriber):
    async with FakePulse() as second:
        upstream.hear(Heard(status=401))
        second.hear(Heard(QUESTION), Heard("And the price?"))
        client = talks(transcriber, SmallestTranscriber(base_url=second.base_url, api_key="sk-b"))
        await client.open()

        for utt in (1, 2):
            await client.say_aloud(speech(QUESTION), utt)
            await client.hear_until("turn.end", gen=utt)

        assert client.told("error") == []
        assert len(upstream.heard) == 1
        assert [final["text"] for final in client.told("transcript.final")] == [QUESTION, "And the price?"]
        await client.leave()
        await close_sessions()


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (silence(2), "silence"),
        (silence(0.1), "short"),
        (white_noise(2), "noise"),
        (hum(2), "noise"),
        (key_clicks(2), "noise"),
    ],
    ids=["silence", "a moment", "noise", "a hum", "a keyboard"],
)
async def test_what_is_no_speech_is_sent_to_nobody(agent, upstream, transcriber, sound, reason):
    client = talks(transcriber)
    await client.open()

    await client.say_aloud(sound)
    rejected = await client.hear()

    assert rejected == {"type": "transcript.rejected", "utt": 1, "reason": reason}
    assert upstream.heard == upstream.requests == []
    assert await Message.objects.acount() == 0
    await client.leave()


@pytest.mark.parametrize("words", ["", " \n", "Thank you for watching.", "you you you", "[Music]"])
async def test_words_that_nobody_said_do_not_reach_the_model(agent, upstream, transcriber, words):
    upstream.hear(Heard(words), Heard(QUESTION))
    upstream.then(Script(text="Lamps."))
    client = talks(transcriber)
    await client.open()

    await client.say_aloud(speech(QUESTION))
    rejected = await client.hear()
    assert upstream.requests == []
    await client.say_aloud(speech(QUESTION), 2)
    end = await client.hear_until("turn.end")

    assert rejected == {"type": "transcript.rejected", "utt": 1, "reason": "phantom"}
    assert end["reason"] == "done"
    assert await Message.objects.filter(role="user").acount() == 1
    await client.leave()


async def test_speech_that_goes_on_ends_the_request_that_was_begun(agent, upstream, transcriber):
    upstream.hear(Heard(stall=True), Heard(QUESTION))
    client = talks(transcriber)
    await client.open()
    samples = speech(QUESTION)

    await client.say({"type": "speech.start", "utt": 1, "t": 0})
    await client.send_sound(samples)
    await client.say({"type": "speech.soft_end", "utt": 1, "t": 0})
    await until(lambda: upstream.heard)
    await client.say({"type": "speech.resume", "utt": 1, "t": 0})
    await client.say({"type": "speech.end", "utt": 1, "t": 0})
    await client.hear_until("transcript.final")

    await until(lambda: upstream.heard[0].gone_at)
    assert len(upstream.heard) == 2
    await client.leave()


async def test_what_was_said_whole_becomes_a_turn_though_the_visitor_leaves(agent, upstream, transcriber):
    upstream.hear(*[Heard(QUESTION, after_s=0.5)] * 5)
    upstream.then(Script(text="Lamps."))
    client = talks(transcriber)
    await client.open()
    await client.say_aloud(speech(QUESTION))
    await until(lambda: upstream.heard)

    await client.leave()

    await until(lambda: in_database(lambda: bool(Message.objects.filter(role="assistant", content="Lamps.")))())
    assert (await in_database(Message.objects.get)(role="user")).content == QUESTION


async def test_a_visitor_who_leaves_in_mid_sentence_ends_the_request_that_was_begun(agent, upstream, transcriber):
    upstream.hear(Heard(stall=True))
    client = talks(transcriber)
    await client.open()
    await client.say_aloud(speech(QUESTION), ends=False)
    await until(lambda: upstream.heard)

    await client.leave()

    await until(lambda: upstream.heard[0].gone_at)
    assert await Message.objects.acount() == 0


async def test_what_is_said_again_after_a_break_is_one_turn_whatever_is_understood(agent, upstream, transcriber):
    upstream.hear(*[Heard("What do you sell?")] * 5)
    upstream.then(Script(text="Lamps."))
    client = talks(transcriber)
    ready = await client.open()
    await client.say_aloud(speech(QUESTION), client_id="said-once")
    await client.hear_until("turn.end")
    await client.leave()
    upstream.hear(*[Heard("What you sell")] * 5)
    again = talks(transcriber)
    await again.open(token=ready["token"])
    await again.say_aloud(speech(QUESTION), client_id="said-once")
    await again.hear_until("turn.end")

    assert [row.content for row in await in_database(lambda: list(Message.objects.order_by("seq")))()] == [
        "What do you sell?",
        "Lamps.",
    ]
    assert len(upstream.requests) == 1
    await again.leave()

"""Speech that fails in a live conversation, by the real chain: the text is whole, and the client is told once."""

import pytest

from agents.llm.openai_compatible import close_clients
from conversations.models import Message
from conversations.tests.asking import until
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from fakes.speech import PIECE_BYTES, Spoken
from voice.live.narration import AHEAD_S
from voice.live.pacing import AHEAD_MS
from voice.live.stages import Stages
from voice.reading.clauses import Clauser
from voice.sound.rates import BYTES_PER_S
from voice.tests.live.scripted import ScriptedEars
from voice.tests.live.voice_client import VoiceClient, application_with
from voice.tts import openai_compatible, smallest, timely
from voice.tts.chain import Narrator
from voice.tts.smallest import close_sessions
from voice.tts.speaker import Voice

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "We sell lamps of brass. They cost ninety euros each. All of them are in stock."
SHORT_S = 2.0

FAULTS = {
    "broken": (Spoken(status=500), "provider_error"),
    "busy": (Spoken(status=429), "rate_limited"),
    "refused": (Spoken(status=401), "not_configured"),
    "silent": (Spoken(stall_after_bytes=-1), "timed_out"),
    "silent after its headers": (Spoken(stall_after_bytes=0), "timed_out"),
    "stalled": (Spoken(stall_after_bytes=PIECE_BYTES * 2), "timed_out"),
    "garbage": (Spoken(garbage=True), "provider_error"),
    "no sound": (Spoken(is_silent=True), "provider_error"),
    "cut at once": (Spoken(cut_after_bytes=0), "provider_error"),
    "cut": (Spoken(cut_after_bytes=PIECE_BYTES * 2), "provider_error"),
}


@pytest.fixture(params=["openai", "smallest"])
async def talking(request, agent, upstream, settings, monkeypatch):
    """A client of a conversation in which one provider speaks, and is waited for as long as tests wait."""
    settings.TTS_PROVIDERS = [request.param]
    settings.OPENAI_TTS_MODEL = "scripted"
    settings.SMALLEST_API_KEY, settings.SMALLEST_BASE_URL = "key", upstream.base_url.removesuffix("/v1")
    settings.SPEECH_CACHE_BYTES = 0
    wait(PATIENCE_S, monkeypatch)
    upstream.then(Script(text=ANSWER))
    client = VoiceClient(application_with(Stages(ScriptedEars().transcribe, lambda: Narrator(Voice()), Clauser)))
    await client.open()
    yield client
    await client.leave()
    await close_clients()
    await close_sessions()


def wait(seconds, monkeypatch):
    for module in (openai_compatible, smallest):
        monkeypatch.setattr(module, "FIRST_PIECE_S", seconds)
    monkeypatch.setattr(timely, "GAP_S", seconds)


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS)
async def test_an_answer_that_cannot_be_spoken_is_read(talking, upstream, fault, code, monkeypatch):
    if code == "timed_out":
        wait(SHORT_S, monkeypatch)
    upstream.say(fault)

    await talking.ask_for("What do you sell?")
    end = await talking.hear_until("turn.end")

    answer = await Message.objects.aget(role="assistant")
    assert talking.text_of() == answer.content == ANSWER
    assert answer.heard is None
    assert end == {"type": "turn.end", "gen": 1, "reason": "text_only"}
    assert talking.told("audio.unavailable") == [{"type": "audio.unavailable", "gen": 1, "code": code}]


@pytest.mark.parametrize("name", ["broken", "busy", "stalled", "garbage", "cut"])
async def test_an_answer_whose_speech_fails_half_way_is_heard_until_there_and_read(
    talking, upstream, name, monkeypatch
):
    fault, code = FAULTS[name]
    if code == "timed_out":
        wait(SHORT_S, monkeypatch)
    upstream.say(Spoken(), fault, fault)  # who has begun is asked once more

    await talking.ask_for("What do you sell?")
    end = await talking.hear_until("turn.end")

    assert talking.text_of() == ANSWER
    assert (await Message.objects.aget(role="assistant")).content == ANSWER
    assert end["reason"] == "text_only"
    assert len(talking.told("audio.unavailable")) == 1
    assert talking.told("clause")[0]["start_ms"] == 0
    first_clause_words = len(talking.told("clause")[0]["text"].split())
    assert sum(len(packet.sound) for packet in talking.packets) >= first_clause_words * 0.4 * BYTES_PER_S


@pytest.mark.parametrize(
    "fault", [FAULTS["broken"][0], FAULTS["busy"][0], FAULTS["cut"][0]], ids=["broken", "busy", "cut"]
)
async def test_the_next_answer_is_spoken_again(talking, upstream, fault):
    upstream.say(fault)
    upstream.then(Script(text="Ninety euros, all of them."))
    await talking.ask_for("What do you sell?")
    await talking.hear_until("turn.end", reason="text_only")

    await talking.ask_for("How much?")
    end = await talking.hear_until("turn.end", gen=2)

    assert end["reason"] == "done"
    assert {packet.gen for packet in talking.packets} >= {2}


@pytest.mark.parametrize("talking", ["smallest"], indirect=True)
async def test_a_stream_that_ends_without_its_last_event_is_a_failure(talking, upstream):
    upstream.say(Spoken(end_after_bytes=PIECE_BYTES * 2))

    await talking.ask_for("What do you sell?")
    end = await talking.hear_until("turn.end")

    assert end["reason"] == "text_only"
    assert talking.text_of() == ANSWER


@pytest.mark.parametrize("talking", ["openai"], indirect=True)
async def test_a_body_that_ends_early_in_good_order_is_all_the_sound_there_is(talking, upstream):
    upstream.say(Spoken(end_after_bytes=PIECE_BYTES * 2))

    await talking.ask_for("What do you sell?")
    end = await talking.hear_until("turn.end")

    assert end["reason"] == "done"
    assert talking.text_of() == ANSWER
    assert talking.told("clause")[1]["start_ms"] == 200


async def test_an_interruption_ends_the_request_for_speech(talking, upstream):
    upstream.say(Spoken(rtf=0.9), Spoken(rtf=0.9), Spoken(rtf=0.9))
    await talking.ask_for("What do you sell?")
    await talking.hear_sound(3)

    await talking.say({"type": "interrupt", "gen": 1, "played_ms": 100})
    await talking.hear_until("turn.end", reason="interrupted")

    await until(lambda: upstream.spoken[-1].gone_at)


async def test_little_is_asked_for_ahead_of_a_client_that_does_not_play(talking, upstream):
    upstream.reset()
    upstream.then(Script(text=" ".join(f"This is sentence {number} of them." for number in range(60))))
    talking.acks = False

    await talking.ask_for("What do you sell?")
    await talking.hear_sound(AHEAD_MS // 40)
    while not talking.text_of().endswith("59 of them."):
        await talking.hear()
    made_s = sum(request.bytes_sent for request in upstream.spoken) / BYTES_PER_S

    sentence_s = 6 * 0.4
    assert made_s <= AHEAD_MS / 1000 + AHEAD_S + 2 * sentence_s

"""Who speaks an answer: order, fallback, one voice to the end, and what is remembered of failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from agents.llm.openai_compatible import close_clients
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.speech import PIECE_BYTES, Spoken
from voice.errors import SpeechUnavailable
from voice.reading.normalise import SpokenAs
from voice.sound.rates import BYTES_PER_S
from voice.tts import chain, smallest, timely
from voice.tts.chain import REQUEST_CHARS, Narrator, is_available, prepare, providers, status
from voice.tts.health import PERMANENT_S, TRANSIENT_S, ProviderHealth
from voice.tts.smallest import close_sessions
from voice.tts.speaker import Voice
from voice.tts.timely import Unspeakable

CLAUSE = "Four **words** of yours."
SOUND_BYTES = round(1.6 * BYTES_PER_S)
Cause = SpeechUnavailable.Cause
PATHS = {"/waves/v1/tts/live": "smallest", "/v1/audio/speech": "openai"}


@pytest.fixture
async def server(settings) -> AsyncIterator[FakeOpenAI]:  # type: ignore[no-untyped-def]
    """Both network providers, and nobody else."""
    async with FakeOpenAI() as fake:
        settings.OPENAI_BASE_URL = fake.base_url
        settings.SMALLEST_API_KEY = "key"
        settings.OPENAI_TTS_MODEL = "voice-model"
        settings.SMALLEST_BASE_URL = fake.base_url.removesuffix("/v1")
        settings.TTS_PROVIDERS = ["smallest", "openai"]
        settings.SPEECH_CACHE_BYTES = 0
        yield fake
        await close_clients()
        await close_sessions()


def asked(server: FakeOpenAI) -> list[str]:
    return [PATHS[request.path] for request in server.spoken]


async def spoken_by(narrator: Narrator, clause: str = CLAUSE) -> bytes:
    async with aclosing(narrator.speak(clause)) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_the_first_provider_in_order_speaks(server: FakeOpenAI):
    narrator = Narrator(Voice())

    sound = await spoken_by(narrator)

    assert len(sound) == SOUND_BYTES
    assert narrator.provider == "smallest"
    assert server.spoken[0].text == "Four words of yours."


async def test_the_order_is_the_settings(server: FakeOpenAI, settings):
    settings.TTS_PROVIDERS = ["openai", "smallest"]

    await spoken_by(Narrator(Voice()))

    assert asked(server) == ["openai"]


@pytest.mark.parametrize(
    "fault",
    [
        Spoken(status=401),
        Spoken(status=429),
        Spoken(status=500),
        Spoken(garbage=True),
        Spoken(is_silent=True),
        Spoken(cut_after_bytes=0),
        Spoken(stall_after_bytes=-1),
        Spoken(stall_after_bytes=0),
    ],
    ids=["refused", "busy", "broken", "garbage", "no sound", "cut off", "silent", "silent after its headers"],
)
async def test_when_one_cannot_speak_the_next_one_does(
    server: FakeOpenAI, fault: Spoken, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smallest, "FIRST_PIECE_S", PATIENCE_S if fault.stall_after_bytes is None else 1.0)
    server.say(fault)
    narrator = Narrator(Voice())

    sound = await spoken_by(narrator)

    assert len(sound) == SOUND_BYTES
    assert narrator.provider == "openai"
    assert asked(server) == ["smallest", "openai"]


async def test_a_voices_name_is_for_the_first_provider_alone(server: FakeOpenAI, settings):
    server.say(Spoken(status=500))

    await spoken_by(Narrator(Voice(name="olivia")))

    assert [request.voice for request in server.spoken] == ["olivia", settings.OPENAI_TTS_VOICE]


async def test_when_nobody_can_speak_the_first_ones_reason_is_told(server: FakeOpenAI):
    server.say(Spoken(status=429), Spoken(status=500))

    with pytest.raises(SpeechUnavailable) as caught:
        await spoken_by(Narrator(Voice()))

    assert caught.value.cause is Cause.RATE_LIMITED


async def test_with_no_provider_at_all_it_says_so(server: FakeOpenAI, settings):
    settings.SMALLEST_API_KEY = settings.OPENAI_TTS_MODEL = ""

    with pytest.raises(SpeechUnavailable) as caught:
        await spoken_by(Narrator(Voice()))

    assert caught.value.cause is Cause.NOT_CONFIGURED
    assert not is_available()


async def test_what_has_nothing_to_say_is_no_request(server: FakeOpenAI):
    assert await spoken_by(Narrator(Voice()), "```\ncode\n```") == b""
    assert server.spoken == []


async def test_the_voice_does_not_change_within_an_answer(server: FakeOpenAI):
    server.say(Spoken(), Spoken(status=500), Spoken(status=500), Spoken())
    narrator = Narrator(Voice())
    await spoken_by(narrator)

    with pytest.raises(SpeechUnavailable):
        await spoken_by(narrator)

    assert asked(server) == ["smallest"] * 3
    assert narrator.provider == "smallest"


async def test_who_has_begun_gets_a_second_try(server: FakeOpenAI):
    server.say(Spoken(), Spoken(status=500), Spoken())
    narrator = Narrator(Voice())
    await spoken_by(narrator)

    assert len(await spoken_by(narrator)) == SOUND_BYTES


async def test_who_has_refused_gets_no_second_try(server: FakeOpenAI):
    server.say(Spoken(), Spoken(status=401), Spoken())
    narrator = Narrator(Voice())
    await spoken_by(narrator)

    with pytest.raises(SpeechUnavailable):
        await spoken_by(narrator)

    assert len(server.spoken) == 2


async def test_a_clause_half_said_is_not_said_again(server: FakeOpenAI):
    server.say(Spoken(cut_after_bytes=2 * PIECE_BYTES, rtf=0.1))
    heard = []

    async def listen() -> None:
        async with aclosing(Narrator(Voice()).speak(CLAUSE)) as pieces:
            async for piece in pieces:
                heard.append(piece)

    with pytest.raises(SpeechUnavailable):
        await listen()

    assert 0 < len(b"".join(heard)) <= 2 * PIECE_BYTES
    assert asked(server) == ["smallest"]


async def test_who_failed_a_moment_ago_is_not_waited_for_again(server: FakeOpenAI):
    server.say(Spoken(status=500))
    await spoken_by(Narrator(Voice()))

    await spoken_by(Narrator(Voice()))

    assert asked(server) == ["smallest", "openai", "openai"]


async def test_the_last_one_is_asked_even_after_a_failure(server: FakeOpenAI, settings):
    settings.TTS_PROVIDERS = ["smallest"]
    server.say(Spoken(status=500))
    with pytest.raises(SpeechUnavailable):
        await spoken_by(Narrator(Voice()))

    assert len(await spoken_by(Narrator(Voice()))) == SOUND_BYTES


async def test_the_staff_see_how_each_provider_is(server: FakeOpenAI, settings):
    settings.TTS_PROVIDERS = ["smallest", "openai"]
    server.say(Spoken(status=401))
    await spoken_by(Narrator(Voice()))
    settings.OPENAI_TTS_MODEL = ""

    refused, missing = status()

    assert (refused.name, refused.is_ready, refused.is_healthy) == ("smallest", True, False)
    assert "key" in refused.detail
    assert (missing.name, missing.is_ready, missing.is_healthy) == ("openai", False, False)
    assert "OPENAI_TTS_MODEL" in missing.detail


async def test_without_an_order_all_that_is_configured_speaks_the_built_in_last(server: FakeOpenAI, settings):
    settings.TTS_PROVIDERS = []

    names = [state.name for state in status()]

    assert names == ["smallest", "openai", "builtin", "espeak"]
    assert [provider.name for provider in providers()][:2] == ["smallest", "openai"]


async def test_a_clause_with_a_long_reading_is_asked_for_in_parts(server: FakeOpenAI):
    rows = "".join(f"| Plan {row} | ${row}, for teams of {row} |\n" for row in range(40))

    await spoken_by(Narrator(Voice()), f"| Plan | Price |\n|---|---|\n{rows}")

    assert all(len(request.text) <= REQUEST_CHARS for request in server.spoken)
    said = " ".join(request.text for request in server.spoken)
    assert said == "Plan, Price. " + " ".join(
        f"Plan {row}, {row} dollar{'s' * (row != 1)}, for teams of {row}." for row in range(40)
    )


async def test_pronunciations_are_said(server: FakeOpenAI):
    await spoken_by(Narrator(Voice(), [SpokenAs("yours", "yoars")]))

    assert server.spoken[0].text == "Four words of yoars."


async def test_closing_a_narrator_ends_the_request(server: FakeOpenAI):
    server.say(Spoken(rtf=5.0))

    async with aclosing(Narrator(Voice()).speak(CLAUSE)) as pieces:
        await anext(pieces)

    async with asyncio.timeout(PATIENCE_S):
        while server.spoken[0].gone_at is None:  # noqa: ASYNC110 the fake server has no event to wait for
            await asyncio.sleep(0.01)


async def test_silence_in_the_middle_is_a_failure(server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timely, "GAP_S", 0.3)
    server.say(Spoken(stall_after_bytes=PIECE_BYTES))

    with pytest.raises(SpeechUnavailable) as caught:
        await spoken_by(Narrator(Voice()))

    assert caught.value.cause is Cause.TIMED_OUT


async def test_what_is_prepared_is_not_asked_for_again(server: FakeOpenAI, settings):
    settings.SPEECH_CACHE_BYTES = 64 * 1024 * 1024
    greeting = "Hello, I am Ada. How can I help you today?"
    await prepare([greeting, "One moment, please."], Voice())
    prepared = len(server.spoken)
    narrator = Narrator(Voice())

    sound = await spoken_by(narrator, "Hello, I am Ada.") + await spoken_by(narrator, "How can I help you today?")

    assert prepared == 3
    assert len(server.spoken) == prepared
    assert len(sound) == round(10 * 0.4 * BYTES_PER_S)
    assert narrator.provider == "smallest"


async def test_preparing_goes_on_when_speech_fails(server: FakeOpenAI, settings):
    settings.SPEECH_CACHE_BYTES = 64 * 1024 * 1024
    server.say(Spoken(status=500), Spoken(status=500))

    await prepare(["This one fails at first.", "This one is made then."], Voice())

    assert server.spoken[-1].text == "This one is made then."


async def test_what_was_cut_off_is_not_kept(server: FakeOpenAI, settings):
    settings.SPEECH_CACHE_BYTES = 64 * 1024 * 1024
    server.say(Spoken(cut_after_bytes=2 * PIECE_BYTES), Spoken())
    with pytest.raises(SpeechUnavailable):
        await spoken_by(Narrator(Voice()))
    chain.forget()

    assert len(await spoken_by(Narrator(Voice()))) == SOUND_BYTES


def test_a_refusal_is_remembered_longer_than_a_hiccup():
    now = 0.0
    health = ProviderHealth(clock=lambda: now)
    health.failed("openai", "", SpeechUnavailable(Cause.NOT_CONFIGURED))
    health.failed("smallest", "", SpeechUnavailable(Cause.TIMED_OUT))

    now = TRANSIENT_S + 1
    after_a_moment = health.illness_of("openai", ""), health.illness_of("smallest", "")
    now = PERMANENT_S + 1
    after_long = health.illness_of("openai", "")

    assert after_a_moment[0] is not None
    assert after_a_moment[0].is_permanent
    assert after_a_moment[1] is None
    assert after_long is None


def test_a_text_beyond_a_voice_is_no_fault_of_it():
    health = ProviderHealth()

    health.failed("builtin", "", Unspeakable(Cause.NOT_CONFIGURED, "it speaks English only"))

    assert health.illness_of("builtin", "") is None


def test_speaking_again_is_being_well_again():
    health = ProviderHealth()
    health.failed("smallest", "", SpeechUnavailable(Cause.TIMED_OUT))

    health.spoke("smallest", "")

    assert health.worst_of("smallest") is None

"""The speech of OpenAI-compatible servers and of Smallest.ai, and every fault they are known for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import pytest

from agents.llm.openai_compatible import close_clients
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.speech import PIECE_BYTES, Spoken
from voice.errors import SpeechUnavailable
from voice.sound.rates import BYTES_PER_S
from voice.tts import openai_compatible, smallest, timely
from voice.tts.openai_compatible import OpenAISpeaker
from voice.tts.slots import slot_of
from voice.tts.smallest import PLAIN_PATH, SmallestSpeaker, close_sessions
from voice.tts.speaker import Speaker, Voice

KEY = "sk-secret-of-this-test"
TEXT = "Four words of yours."  # 1.6 s of the fake's tone
SOUND_BYTES = round(1.6 * BYTES_PER_S)
Cause = SpeechUnavailable.Cause


@pytest.fixture
async def server(settings) -> AsyncIterator[FakeOpenAI]:  # type: ignore[no-untyped-def]
    async with FakeOpenAI() as fake:
        settings.OPENAI_BASE_URL = fake.base_url
        settings.OPENAI_API_KEY = settings.SMALLEST_API_KEY = KEY
        settings.OPENAI_TTS_MODEL = "voice-model"
        settings.SMALLEST_BASE_URL = fake.base_url.removesuffix("/v1")
        yield fake
        await close_clients()
        await close_sessions()


@pytest.fixture(params=["openai", "smallest", "smallest-plain"])
def speaker(request: pytest.FixtureRequest, server: FakeOpenAI) -> Speaker:
    if request.param == "openai":
        return OpenAISpeaker()
    if request.param == "smallest-plain":
        server.speech.gone.add("/waves/v1/tts/live")
    return SmallestSpeaker()


async def sound_of(pieces: AsyncGenerator[bytes, None]) -> bytes:
    async with aclosing(pieces):
        return b"".join([piece async for piece in pieces])


async def failure_of(pieces: AsyncGenerator[bytes, None]) -> SpeechUnavailable:
    with pytest.raises(SpeechUnavailable) as caught:
        await sound_of(pieces)
    return caught.value


async def until(claim: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not claim():  # noqa: ASYNC110 the fake server has no event to wait for
            await asyncio.sleep(0.01)


async def test_the_sound_comes_whole_in_pieces_of_whole_samples(server: FakeOpenAI, speaker: Speaker):
    pieces = [piece async for piece in speaker.stream(TEXT, Voice())]

    assert sum(map(len, pieces)) == SOUND_BYTES
    assert all(len(piece) % 2 == 0 for piece in pieces)


async def test_pieces_come_while_the_rest_is_being_made(server: FakeOpenAI, speaker: Speaker):
    server.speech.gone.discard("/waves/v1/tts/live")
    server.say(Spoken(stall_after_bytes=2 * PIECE_BYTES))

    async with aclosing(speaker.stream(TEXT, Voice())) as pieces:
        first = await anext(pieces)

    assert first


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503, 504])
async def test_a_refusal_is_told_by_its_cause(server: FakeOpenAI, speaker: Speaker, status: int):
    server.say(*[Spoken(status=status)] * 2)
    server.speech.gone.clear()

    error = await failure_of(speaker.stream(TEXT, Voice()))

    expected = {401: Cause.NOT_CONFIGURED, 403: Cause.NOT_CONFIGURED, 429: Cause.RATE_LIMITED, 504: Cause.TIMED_OUT}
    assert error.cause is expected.get(status, Cause.PROVIDER_ERROR)


@pytest.mark.parametrize(
    "fault",
    [
        Spoken(garbage=True),
        Spoken(is_silent=True),
        Spoken(cut_after_bytes=2 * PIECE_BYTES),
        Spoken(seconds_per_word=60),
    ],
    ids=["garbage", "no sound", "cut off", "too long"],
)
async def test_a_broken_answer_is_an_error(server: FakeOpenAI, speaker: Speaker, fault: Spoken):
    server.say(fault)

    error = await failure_of(speaker.stream(TEXT, Voice()))

    assert error.cause is Cause.PROVIDER_ERROR


@pytest.mark.parametrize("after_bytes", [-1, 0, PIECE_BYTES])
async def test_silence_is_an_error(
    server: FakeOpenAI, speaker: Speaker, after_bytes: int, monkeypatch: pytest.MonkeyPatch
):
    for module, limit in ((openai_compatible, "FIRST_PIECE_S"), (smallest, "FIRST_PIECE_S"), (timely, "GAP_S")):
        monkeypatch.setattr(module, limit, 0.5)
    server.say(Spoken(stall_after_bytes=after_bytes))

    error = await failure_of(speaker.stream(TEXT, Voice()))

    assert error.cause is Cause.TIMED_OUT


async def test_nobody_at_the_address_is_an_error(server: FakeOpenAI, speaker: Speaker, settings):
    settings.OPENAI_BASE_URL = settings.SMALLEST_BASE_URL = "http://127.0.0.1:9"  # nothing listens there

    error = await failure_of(speaker.stream(TEXT, Voice()))

    assert error.cause is Cause.PROVIDER_ERROR


async def test_closing_it_ends_the_request(server: FakeOpenAI, speaker: Speaker):
    server.say(Spoken(rtf=5.0))

    async with aclosing(speaker.stream(TEXT, Voice())) as pieces:
        await anext(pieces)

    await until(lambda: server.spoken[-1].gone_at)
    assert server.spoken[-1].bytes_sent < SOUND_BYTES


async def test_cancelling_who_listens_ends_the_request(server: FakeOpenAI, speaker: Speaker):
    server.say(Spoken(stall_after_bytes=0))
    listening = asyncio.create_task(sound_of(speaker.stream(TEXT, Voice())))
    await until(lambda: server.spoken and server.spoken[-1].path not in server.speech.gone)

    listening.cancel()
    await asyncio.wait([listening])

    await until(lambda: server.spoken[-1].gone_at)


async def test_a_slow_listener_does_not_hold_the_request(server: FakeOpenAI, speaker: Speaker):
    async with aclosing(speaker.stream(TEXT, Voice())) as pieces:
        await anext(pieces)

        await until(lambda: server.spoken[-1].finished_at)


async def test_the_next_clause_comes_by_the_same_connection(
    server: FakeOpenAI, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smallest, "DRAIN_S", PATIENCE_S)
    await sound_of(speaker.stream(TEXT, Voice()))

    await sound_of(speaker.stream(TEXT, Voice()))

    assert server.spoken[-1].connection == server.spoken[-2].connection


async def test_an_error_shows_neither_key_nor_words(
    server: FakeOpenAI, speaker: Speaker, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    server.say(*[Spoken(status=500)] * 2)

    error = await failure_of(speaker.stream(TEXT, Voice()))

    told = f"{error!r} {error.__cause__!r} {caplog.text}"
    assert KEY not in told
    assert TEXT not in told
    assert error.__cause__ is None


async def test_a_wav_of_another_rate_becomes_ours(server: FakeOpenAI):
    server.say(Spoken(wav_rate=16_000))

    sound = await sound_of(OpenAISpeaker().stream(TEXT, Voice()))

    assert abs(len(sound) - SOUND_BYTES) <= 4


async def test_openai_is_asked_for_samples_with_the_voice_and_speed(server: FakeOpenAI, settings):
    await sound_of(OpenAISpeaker().stream(TEXT, Voice(name="nova", speed=1.25)))
    await sound_of(OpenAISpeaker().stream(TEXT, Voice()))

    named, default = (request.body for request in server.spoken)
    assert named == {"input": TEXT, "model": "voice-model", "voice": "nova", "response_format": "pcm", "speed": 1.25}
    assert default["voice"] == settings.OPENAI_TTS_VOICE
    assert "speed" not in default


async def test_an_openai_compatible_server_may_do_without_a_key(server: FakeOpenAI, settings):
    settings.OPENAI_API_KEY = ""

    await sound_of(OpenAISpeaker().stream(TEXT, Voice()))

    assert not server.spoken[0].is_keyed


@pytest.mark.parametrize(
    ("changed", "is_ready"),
    [({}, True), ({"OPENAI_TTS_MODEL": ""}, False), ({"OPENAI_API_KEY": ""}, True),
     ({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}, False)],
)  # fmt: skip
async def test_openai_is_ready_with_a_model_and_somebody_to_ask(server, settings, changed: dict, is_ready: bool):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert OpenAISpeaker().is_ready() is is_ready
    if not is_ready:
        assert (await failure_of(OpenAISpeaker().stream(TEXT, Voice()))).cause is Cause.NOT_CONFIGURED


async def test_a_key_that_cannot_be_one_is_never_sent(server: FakeOpenAI, settings):
    settings.OPENAI_API_KEY = "sk-ключ"

    error = await failure_of(OpenAISpeaker().stream(TEXT, Voice()))

    assert error.cause is Cause.NOT_CONFIGURED
    assert server.spoken == []


async def test_smallest_is_asked_as_its_documentation_says(server: FakeOpenAI, settings):
    settings.SMALLEST_VOICE = "olivia"

    await sound_of(SmallestSpeaker().stream(TEXT, Voice(speed=1.5, language="hi")))

    request = server.spoken[0]
    assert request.path == "/waves/v1/tts/live"
    assert request.is_keyed
    assert request.body == {
        "text": TEXT,
        "voice_id": "olivia",
        "model": "lightning_v3.1",
        "sample_rate": 24_000,
        "speed": 1.5,
        "language": "hi",
        "output_format": "pcm",
    }


async def test_smallest_is_not_ready_without_a_key(server: FakeOpenAI, settings):
    settings.SMALLEST_API_KEY = ""

    assert not SmallestSpeaker().is_ready()
    assert (await failure_of(SmallestSpeaker().stream(TEXT, Voice()))).cause is Cause.NOT_CONFIGURED
    assert server.spoken == []


async def test_a_streaming_route_out_of_service_is_not_asked_twice(server: FakeOpenAI):
    server.speech.gone.add("/waves/v1/tts/live")

    await sound_of(SmallestSpeaker().stream(TEXT, Voice()))
    await sound_of(SmallestSpeaker().stream(TEXT, Voice()))

    assert [request.path for request in server.spoken] == ["/waves/v1/tts/live", PLAIN_PATH, PLAIN_PATH]


async def test_with_both_routes_out_of_service_somebody_must_mend_it(server: FakeOpenAI):
    server.speech.gone |= {"/waves/v1/tts/live", PLAIN_PATH}

    assert (await failure_of(SmallestSpeaker().stream(TEXT, Voice()))).cause is Cause.NOT_CONFIGURED


async def test_a_stream_that_ends_without_its_last_event_is_cut_off(server: FakeOpenAI):
    server.say(Spoken(end_after_bytes=3 * PIECE_BYTES))

    assert (await failure_of(SmallestSpeaker().stream(TEXT, Voice()))).cause is Cause.PROVIDER_ERROR


async def test_an_account_is_asked_for_one_sound_at_a_time(server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smallest, "WAIT_S", PATIENCE_S)
    server.say(Spoken(rtf=0.5), Spoken())

    await asyncio.gather(*(sound_of(SmallestSpeaker().stream(TEXT, Voice())) for _ in range(2)))

    first, second = server.spoken
    last_piece_due = first.arrived_at + 0.5 * (1.6 - 0.1)
    assert second.arrived_at >= last_piece_due


async def test_an_account_may_have_more(server: FakeOpenAI, settings):
    settings.SMALLEST_CONCURRENCY = 2
    server.say(Spoken(stall_after_bytes=0), Spoken())

    stalled = asyncio.create_task(sound_of(SmallestSpeaker().stream(TEXT, Voice())))
    await until(lambda: server.spoken)
    sound = await sound_of(SmallestSpeaker().stream(TEXT, Voice()))
    stalled.cancel()
    await asyncio.wait([stalled])

    assert len(sound) == SOUND_BYTES


@pytest.mark.storage
async def test_who_gets_no_slot_of_the_account_soon_is_sent_on(server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smallest, "WAIT_S", 0.2)

    async with slot_of(KEY, 1, wait_s=0):
        error = await failure_of(SmallestSpeaker().stream(TEXT, Voice()))

    assert error.cause is Cause.RATE_LIMITED
    assert server.spoken == []


@pytest.mark.storage
@pytest.mark.parametrize("fault", [Spoken(status=500), Spoken(cut_after_bytes=PIECE_BYTES), Spoken(garbage=True)])
async def test_a_failed_request_gives_its_slot_back(server: FakeOpenAI, fault: Spoken):
    server.say(fault)
    await failure_of(SmallestSpeaker().stream(TEXT, Voice()))

    async with slot_of(KEY, 1, wait_s=0):
        pass


@pytest.mark.storage
async def test_closing_gives_the_slot_back(server: FakeOpenAI):
    server.say(Spoken(rtf=5.0))
    async with aclosing(SmallestSpeaker().stream(TEXT, Voice())) as pieces:
        await anext(pieces)

    async with slot_of(KEY, 1, wait_s=0):
        pass

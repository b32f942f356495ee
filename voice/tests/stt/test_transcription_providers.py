"""Each provider that is asked over the network: what it is sent, every fault it can have, and what stays secret."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.llm.openai_compatible import close_clients
from fakes.openai import FakeOpenAI
from fakes.site import free_port
from fakes.transcription import FakePulse, Heard
from voice.errors import SpeechUnavailable
from voice.sound.audio import wav
from voice.stt.asking import ANSWER_BYTES, text_of
from voice.stt.openai_compatible import OpenAITranscriber
from voice.stt.smallest import SmallestTranscriber, close_sessions
from voice.stt.transcriber import Transcriber
from voice.tests.utterances import syllables, utterance
from voice.tests.waiting import PATIENT_S, until

Cause = SpeechUnavailable.Cause
KEY = "sk-very-secret"
SHORT_S = 0.3


@dataclass
class Upstream:
    """One provider and the scripted server behind it."""

    fake: FakeOpenAI | FakePulse
    make: Callable[..., Transcriber]

    def transcriber(self, **fields: object) -> Transcriber:
        return self.make(**({"base_url": self.fake.base_url, "api_key": KEY, "timeout_s": PATIENT_S} | fields))


def _openai(**fields: object) -> Transcriber:
    return OpenAITranscriber(model="gpt-transcribe", **fields)  # type: ignore[arg-type]


@pytest.fixture(params=["openai", "smallest"])
async def upstream(request: pytest.FixtureRequest) -> AsyncIterator[Upstream]:
    fake = FakeOpenAI(api_key=KEY) if request.param == "openai" else FakePulse(api_key=KEY)
    async with fake:
        yield Upstream(fake, _openai if request.param == "openai" else SmallestTranscriber)
        await close_clients()
        await close_sessions()


async def failure(transcriber: Transcriber) -> SpeechUnavailable:
    with pytest.raises(SpeechUnavailable) as caught:
        await transcriber.transcribe(utterance())
    return caught.value


async def test_the_words_come_back(upstream: Upstream) -> None:
    upstream.fake.hear(Heard("Wie viel kostet die Brook? – 1.299 €"))

    transcript = await upstream.transcriber().transcribe(utterance(language="de"))

    assert transcript.text == "Wie viel kostet die Brook? – 1.299 €"
    assert transcript.provider == upstream.transcriber().name
    assert transcript.model


async def test_the_recording_goes_as_a_wav_file_with_few_fields(upstream: Upstream) -> None:
    await upstream.transcriber().transcribe(utterance(syllables(1.5)))

    (heard,) = upstream.fake.heard
    assert heard.duration_s == 1.5
    assert heard.bytes == len(wav(syllables(1.5)))
    assert heard.language == "en"
    assert heard.model in ("gpt-transcribe", "pulse")
    assert set(heard.fields) <= {"file", "model", "language", "response_format"}


async def test_a_sound_without_words_is_an_empty_text(upstream: Upstream) -> None:
    upstream.fake.hear(Heard(""))

    assert (await upstream.transcriber().transcribe(utterance())).text == ""


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, Cause.PROVIDER_ERROR),
        (401, Cause.NOT_CONFIGURED),
        (403, Cause.NOT_CONFIGURED),
        (404, Cause.NOT_CONFIGURED),
        (429, Cause.RATE_LIMITED),
        (504, Cause.TIMED_OUT),
    ],
)
async def test_a_refusal_is_told_and_not_asked_again(upstream: Upstream, status: int, cause: Cause) -> None:
    upstream.fake.hear(Heard(status=status))

    error = await failure(upstream.transcriber())

    assert error.cause is cause
    assert len(upstream.fake.heard) == 1


async def test_a_server_error_is_asked_once_more(upstream: Upstream) -> None:
    upstream.fake.hear(Heard(status=500), Heard("better"))

    assert (await upstream.transcriber().transcribe(utterance())).text == "better"


async def test_a_server_that_stays_broken_is_a_provider_error(upstream: Upstream) -> None:
    upstream.fake.hear(Heard(status=500), Heard(status=503), Heard("never asked"))

    error = await failure(upstream.transcriber())

    assert error.cause is Cause.PROVIDER_ERROR
    assert len(upstream.fake.heard) == 2


async def test_a_stall_ends_in_time_and_closes_the_connection(upstream: Upstream) -> None:
    upstream.fake.hear(Heard(stall=True), Heard(stall=True))

    error = await failure(upstream.transcriber(timeout_s=SHORT_S))

    assert error.cause is Cause.TIMED_OUT
    await until(lambda: all(heard.gone_at for heard in upstream.fake.heard))


@pytest.mark.parametrize("script", [Heard(garbage=True), Heard("word " * 3_000), Heard("w" * ANSWER_BYTES)])
async def test_an_answer_that_cannot_be_used_is_a_provider_error(upstream: Upstream, script: Heard) -> None:
    upstream.fake.hear(script)

    error = await failure(upstream.transcriber())

    assert error.cause is Cause.PROVIDER_ERROR
    assert len(upstream.fake.heard) == 1


@pytest.mark.parametrize(("status", "cause"), [(200, Cause.PROVIDER_ERROR), (401, Cause.NOT_CONFIGURED)])
async def test_a_body_without_end_is_not_read_to_its_end(upstream: Upstream, status: int, cause: Cause) -> None:
    upstream.fake.hear(Heard(huge=True, status=status))

    error = await failure(upstream.transcriber())

    assert error.cause is cause
    await until(lambda: upstream.fake.heard[0].gone_at)


async def test_a_server_that_is_not_there_is_a_provider_error(upstream: Upstream) -> None:
    error = await failure(upstream.transcriber(base_url=f"http://127.0.0.1:{free_port()}"))

    assert error.cause is Cause.PROVIDER_ERROR


async def test_cancelling_closes_the_connection(upstream: Upstream) -> None:
    upstream.fake.hear(Heard(stall=True))
    task = asyncio.create_task(upstream.transcriber().transcribe(utterance()))
    await until(lambda: upstream.fake.heard)

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    await until(lambda: upstream.fake.heard[0].gone_at)
    assert len(upstream.fake.heard) == 1


async def test_many_at_once_do_not_mix(upstream: Upstream) -> None:
    transcriber = upstream.transcriber()

    await asyncio.gather(*(transcriber.transcribe(utterance(syllables(0.1 * n))) for n in range(3, 23)))

    durations = sorted(heard.duration_s or 0.0 for heard in upstream.fake.heard)
    assert durations == pytest.approx([0.1 * n for n in range(3, 23)], abs=1e-4)


@pytest.mark.parametrize("key", ["sk-wrong-but-secret", "sk-with-ünusual", "sk-two\nlines"])
async def test_neither_key_nor_words_are_told(upstream: Upstream, key: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("openai").setLevel(logging.WARNING)  # as the settings do

    error = await failure(upstream.transcriber(api_key=key))

    assert error.cause is Cause.NOT_CONFIGURED
    told = f"{error!s} {error!r} {error.__cause__} {caplog.text}"
    assert key not in told
    assert "sk-" not in told


async def test_a_server_of_ones_own_is_asked_without_a_key() -> None:
    async with FakeOpenAI() as fake:
        await OpenAITranscriber(base_url=fake.base_url, model="whisper").transcribe(utterance())
        await close_clients()

    assert "Authorization" not in fake.heard[0].headers


async def test_a_web_page_is_no_answer() -> None:
    async with FakeOpenAI() as fake:
        fake.hear(Heard(page=True))
        error = await failure(OpenAITranscriber(base_url=fake.base_url, model="whisper"))
        await close_clients()

    assert error.cause is Cause.NOT_CONFIGURED


def test_a_provider_says_what_it_lacks() -> None:
    assert "OPENAI_API_KEY" in OpenAITranscriber(model="m").lacks()
    assert "OPENAI_WHISPER_MODEL" in OpenAITranscriber(api_key=KEY).lacks()
    assert "SMALLEST_API_KEY" in SmallestTranscriber().lacks()
    assert OpenAITranscriber(base_url="http://localhost", model="m").is_ready()
    assert SmallestTranscriber(api_key=KEY).is_ready()


def test_a_wav_file_has_the_samples_within_bounds() -> None:
    file = wav(np.array([0, 1, -1, 5, np.nan], np.float32))

    assert np.frombuffer(file[44:], "<i2").tolist() == [0, 32767, -32767, 32767, 0]


@given(st.lists(st.binary()) | st.text().map(lambda text: [f'{{"text": "{text}"}}'.encode()]))
def test_any_body_is_a_text_or_an_error(body: list[bytes]) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in body:
            yield piece

    with suppress(SpeechUnavailable):
        assert isinstance(asyncio.run(text_of(pieces(), "text")), str)

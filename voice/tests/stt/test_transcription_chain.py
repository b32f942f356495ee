"""Who is asked when, who rests after which failure, and what staff are told of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from agents.llm.openai_compatible import close_clients
from fakes.openai import FakeOpenAI
from fakes.transcription import FakePulse, Heard
from voice.errors import NothingHeard, SpeechUnavailable
from voice.stt import chain
from voice.stt.chain import LONG_REST_S, REST_S, TranscriberChain
from voice.stt.openai_compatible import OpenAITranscriber
from voice.stt.smallest import SmallestTranscriber, close_sessions
from voice.stt.transcriber import Transcript, Utterance
from voice.tests.utterances import needs_models, silence, speech, utterance
from voice.tests.waiting import PATIENT_S, until

pytestmark = needs_models  # what is no speech is not sent, and only a made voice is speech

Cause = SpeechUnavailable.Cause


def a_question() -> Utterance:
    return utterance(speech("What do you sell?"))


@dataclass
class Site:
    """OpenAI first, for `timeout_s`, then Smallest; the clock moves by hand."""

    openai: FakeOpenAI
    smallest: FakePulse
    now_s: float = 0.0

    def chain(self, timeout_s: float = PATIENT_S) -> TranscriberChain:
        first = OpenAITranscriber(base_url=self.openai.base_url, api_key="sk-a", model="m", timeout_s=timeout_s)
        second = SmallestTranscriber(base_url=self.smallest.base_url, api_key="sk-b", timeout_s=PATIENT_S)
        return TranscriberChain([first, second], clock=lambda: self.now_s)

    def asked(self) -> tuple[int, int]:
        return len(self.openai.heard), len(self.smallest.heard)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with FakeOpenAI() as openai, FakePulse() as smallest:
        yield Site(openai, smallest)
        await close_clients()
        await close_sessions()


async def test_the_first_provider_answers_alone(site: Site) -> None:
    site.openai.hear(Heard(" What do you sell? [BLANK_AUDIO]"))

    transcript = await site.chain().transcribe(a_question())

    assert transcript == Transcript("What do you sell?", "openai", "m")
    assert site.asked() == (1, 0)


@pytest.mark.parametrize("status", [400, 401, 404, 429])
async def test_the_next_one_answers_for_one_that_refuses(site: Site, status: int) -> None:
    site.openai.hear(*[Heard(status=status)] * 2)  # 400 is asked once more, in plainer words

    transcript = await site.chain().transcribe(a_question())

    assert transcript.provider == "smallest"


@pytest.mark.parametrize("fault", [Heard(status=500), Heard(garbage=True), Heard(stall=True)])
async def test_the_next_one_answers_for_one_that_fails(site: Site, fault: Heard) -> None:
    site.openai.hear(fault, fault)

    transcript = await site.chain(timeout_s=1).transcribe(a_question())

    assert transcript.provider == "smallest"


async def test_when_all_fail_the_last_says_why(site: Site) -> None:
    site.openai.hear(Heard(status=401))
    site.smallest.hear(Heard(status=429))

    with pytest.raises(SpeechUnavailable) as caught:
        await site.chain().transcribe(a_question())

    assert caught.value.cause is Cause.RATE_LIMITED


async def test_what_is_no_speech_is_sent_to_nobody(site: Site) -> None:
    with pytest.raises(NothingHeard) as caught:
        await site.chain().transcribe(utterance(silence(2)))

    assert caught.value.reason is NothingHeard.Reason.SILENCE
    assert site.asked() == (0, 0)


@pytest.mark.parametrize("text", ["", "Thanks for watching!", "you you you", "[Music]"])
async def test_words_that_nobody_said_are_nothing_heard_and_no_failure(site: Site, text: str) -> None:
    site.openai.hear(Heard(text))
    asked = site.chain()

    with pytest.raises(NothingHeard) as caught:
        await asked.transcribe(a_question())

    assert caught.value.reason is NothingHeard.Reason.PHANTOM
    assert site.asked() == (1, 0)
    assert asked.state_of(asked.providers[0]).is_healthy


@pytest.mark.parametrize(("status", "rest_s"), [(429, REST_S), (401, LONG_REST_S)])
async def test_one_that_failed_rests_and_is_asked_again(site: Site, status: int, rest_s: float) -> None:
    asked = site.chain()
    site.openai.hear(Heard(status=status))

    providers = [(await asked.transcribe(a_question())).provider]
    site.now_s = rest_s - 1
    providers.append((await asked.transcribe(a_question())).provider)
    site.now_s = rest_s
    providers.append((await asked.transcribe(a_question())).provider)

    assert providers == ["smallest", "smallest", "openai"]
    assert site.asked() == (2, 2)


async def test_the_last_one_is_asked_though_it_failed_just_now(site: Site) -> None:
    asked = site.chain()
    site.openai.hear(Heard(status=401))
    site.smallest.hear(Heard(status=429))
    with pytest.raises(SpeechUnavailable):
        await asked.transcribe(a_question())

    transcript = await asked.transcribe(a_question())

    assert transcript.provider == "smallest"
    assert asked.is_available()


async def test_when_only_staff_can_mend_it_nobody_is_asked(site: Site) -> None:
    asked = site.chain()
    site.openai.hear(Heard(status=401))
    site.smallest.hear(Heard(status=404))
    with pytest.raises(SpeechUnavailable):
        await asked.transcribe(a_question())

    with pytest.raises(SpeechUnavailable) as caught:
        await asked.transcribe(a_question())

    assert caught.value.cause is Cause.NOT_CONFIGURED
    assert site.asked() == (1, 1)
    assert not asked.is_available()


async def test_staff_see_who_failed_and_what_to_do(site: Site) -> None:
    asked = site.chain()
    site.openai.hear(Heard(status=401))
    await asked.transcribe(a_question())

    first, second = (asked.state_of(provider) for provider in asked.providers)

    assert (first.name, first.is_ready, first.is_healthy) == ("openai", True, False)
    assert "key" in first.detail
    assert (second.is_ready, second.is_healthy, second.detail) == (True, True, "")


async def test_cancelling_asks_nobody_else(site: Site) -> None:
    site.openai.hear(Heard(stall=True))
    task = asyncio.create_task(site.chain().transcribe(a_question()))
    await until(lambda: site.openai.heard)

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    await until(lambda: site.openai.heard[0].gone_at)
    assert site.asked() == (1, 0)


class Defective(SmallestTranscriber):
    words = "somebody's words"

    async def transcribe(self, utterance: Utterance) -> Transcript:
        raise ZeroDivisionError(self.words)


async def test_a_defect_in_one_provider_is_not_the_speakers(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    asked = TranscriberChain([Defective(api_key="k"), *site.chain().providers[:1]])

    transcript = await asked.transcribe(a_question())

    assert transcript.provider == "openai"
    assert "ZeroDivisionError" in caplog.text
    assert Defective.words not in caplog.text
    assert transcript.text not in caplog.text


# --- By the settings --------------------------------------------------------------------------------------------
async def test_the_settings_are_read_at_each_call(site: Site, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SMALLEST_API_KEY, settings.SMALLEST_BASE_URL = "sk-b", site.smallest.base_url
    first = await chain.transcribe(a_question())
    settings.OPENAI_BASE_URL = site.openai.base_url
    second = await chain.transcribe(a_question())
    settings.STT_PROVIDERS = ["smallest", "openai"]
    third = await chain.transcribe(a_question())

    assert [each.provider for each in (first, second, third)] == ["smallest", "openai", "smallest"]


def test_with_no_order_whatever_is_set_up_takes_part(settings) -> None:  # type: ignore[no-untyped-def]
    assert [each.name for each in chain.providers()] == ["builtin"]

    settings.OPENAI_API_KEY = settings.SMALLEST_API_KEY = "sk-x"

    assert [each.name for each in chain.providers()] == ["openai", "smallest", "builtin"]
    assert chain.is_available()


def test_an_order_leaves_out_the_others_and_names_who_is_not_set_up(settings) -> None:  # type: ignore[no-untyped-def]
    settings.STT_PROVIDERS = ["smallest"]

    (state,) = chain.status()

    assert (state.name, state.is_ready, state.is_healthy) == ("smallest", False, False)
    assert "SMALLEST_API_KEY" in state.detail
    assert chain.providers() == ()
    assert not chain.is_available()


async def test_with_nobody_set_up_speech_is_unavailable(settings) -> None:  # type: ignore[no-untyped-def]
    settings.STT_PROVIDERS = ["openai"]

    with pytest.raises(SpeechUnavailable) as caught:
        await chain.transcribe(a_question())

    assert caught.value.cause is Cause.NOT_CONFIGURED


def test_no_key_is_in_what_may_be_printed(settings) -> None:  # type: ignore[no-untyped-def]
    settings.OPENAI_API_KEY = settings.SMALLEST_API_KEY = "sk-very-secret"

    assert "secret" not in f"{chain.status()} {chain.providers()} {chain._Setup.of_settings()}"

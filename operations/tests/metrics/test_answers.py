"""What is counted while visitors are answered: outcomes, seconds, tokens, errors of models and voices, leads."""

import asyncio

import pytest

from agents.llm.figures import MODEL_ERRORS, TOKENS
from conversations.replies.figures import FIRST_TOKEN_S, REPLIES, REPLY_S
from conversations.tests.asking import answered, ask
from conversations.tests.factories import MessageFactory
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.speech import Spoken
from leads.keeping import LEADS, keep
from leads.terms import FoundFact, Kind
from lib.database import in_database
from lib.figures import known
from operations.metrics.page import page
from voice.errors import SpeechUnavailable
from voice.providers import SPEECH_ERRORS
from voice.tts.chain import Narrator
from voice.tts.speaker import Voice

pytestmark = pytest.mark.django_db(transaction=True)


def of(tally, *labels):
    return tally.counts().get(labels, 0)


def measured(spread, *labels):
    counts, _ = spread.counts().get(labels, ([], 0.0))
    return sum(counts)


async def test_an_answer_is_counted_once_with_its_seconds_and_tokens(agent, upstream):
    upstream.then(Script(text="It costs 40 dollars and it is here tomorrow."))
    before = (
        of(REPLIES, "agent", "complete", "openai"),
        measured(FIRST_TOKEN_S, "openai"),
        measured(REPLY_S, "openai"),
        of(TOKENS, "openai", "input"),
        of(TOKENS, "openai", "output"),
    )

    await answered(await ask(agent))

    assert of(REPLIES, "agent", "complete", "openai") == before[0] + 1
    assert measured(FIRST_TOKEN_S, "openai") == before[1] + 1
    assert measured(REPLY_S, "openai") == before[2] + 1
    assert of(TOKENS, "openai", "input") > before[3]
    assert of(TOKENS, "openai", "output") == before[4] + 9


async def test_a_refused_try_is_an_error_of_the_model_and_an_answer_that_failed(agent, upstream):
    upstream.then(Script(status=401, error={"message": "no"}))
    errors, answers = of(MODEL_ERRORS, "openai", "not_configured"), of(REPLIES, "agent", "failed", "none")

    await answered(await ask(agent))

    assert of(MODEL_ERRORS, "openai", "not_configured") == errors + 1
    assert of(REPLIES, "agent", "failed", "none") == answers + 1


async def test_a_voice_that_fails_is_counted_by_provider_and_cause(settings):
    async with FakeOpenAI() as fake:
        settings.OPENAI_BASE_URL, settings.OPENAI_TTS_MODEL = fake.base_url, "voice"
        settings.TTS_PROVIDERS, settings.SPEECH_CACHE_BYTES = ["openai"], 0
        fake.say(Spoken(status=429))
        before = of(SPEECH_ERRORS, "speaking", "openai", "rate_limited")

        with pytest.raises(SpeechUnavailable):
            async for _ in Narrator(Voice()).speak("Good morning."):
                pass

    assert of(SPEECH_ERRORS, "speaking", "openai", "rate_limited") == before + 1


async def test_a_lead_is_counted_when_it_is_stored():
    before = of(LEADS)

    @in_database
    def tell() -> None:
        message = MessageFactory(content="we are 40 people")
        keep(message, [FoundFact("people", Kind.NUMBER, "40", "40", 7, 0.9)])
        keep(message, [FoundFact("people", Kind.NUMBER, "40", "40", 7, 0.9)])

    await tell()

    assert of(LEADS) == before + 1


async def test_no_label_holds_what_a_visitor_or_a_model_has_chosen(agent, upstream):
    upstream.then(Script(text="Yes."))
    await answered(await ask(agent, "a question that nobody else asks"))

    text = (await asyncio.to_thread(page)).decode()

    named = {label for figure in known() for label in figure.by}
    assert named <= {
        "kind",
        "method",
        "status",
        "speaker",
        "outcome",
        "provider",
        "direction",
        "cause",
        "work",
        "value",
    }
    assert "nobody else asks" not in text
    assert str(agent.pk) not in text

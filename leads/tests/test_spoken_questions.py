"""A spoken answer asks like a written one: one question, spoken once, behind all the rest."""

import pytest
from asgiref.sync import sync_to_async

from conversations.models import Reply
from conversations.replies import making
from conversations.tests.rest.conftest import async_visitor_of, new_session
from fakes.scripts import Script
from fakes.transcription import Heard
from knowledge.indexing import index_document
from knowledge.models import Document
from voice.tests.asking import upload
from voice.tests.utterances import needs_models

pytestmark = [pytest.mark.django_db(transaction=True), needs_models]

PAGE = "# Lamps\n\n## Prices\n\nThe desk lamp costs 40 euros. The floor lamp costs 90 euros."
PEOPLE, EMAIL = "How many people work in your office?", "Which e-mail address may we write to?"


@pytest.fixture
def selling(agent):
    for position, (key, kind, words) in enumerate([("people", "number", PEOPLE), ("email", "email", EMAIL)]):
        agent.questions.create(key=key, label=key.title(), ask=words, kind=kind, is_required=True, position=position)
    index_document(Document.objects.create(agent=agent, name="lamps.md", text=PAGE))
    return agent


@pytest.fixture
def voice(upstream, settings):
    """The scripted server listens and speaks; the built-in agent answers."""
    settings.OPENAI_TTS_MODEL = "scripted"
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]
    settings.SPEECH_CACHE_BYTES = 0
    settings.OPENAI_MODEL = ""
    making.model.cache_clear()
    return upstream


async def say(server, session, words):
    """Speak to the agent; what it said, clause by clause."""
    server.hear(Heard(words))
    before = len(server.spoken)
    response = await async_visitor_of(session.pk).post(f"/api/sessions/{session.pk}/voice", {"audio": upload()})
    assert response.status_code == 200, response.content
    return [request.text for request in server.spoken[before:]]


async def test_the_built_in_agent_ends_what_it_says_with_one_question(selling, voice):
    session = await new_session()

    said = await say(voice, session, "How much is the desk lamp?")
    again = await say(voice, session, "How much is the floor lamp?")

    assert "forty" in " ".join(said) or "40" in " ".join(said)
    assert said[-1] == PEOPLE
    assert " ".join(said).count("?") == 1
    assert "?" not in " ".join(again)  # not twice in a row
    assert [reply.asked async for reply in Reply.objects.order_by("message__seq")] == ["people", ""]


async def test_a_model_is_told_the_one_question_to_end_a_spoken_answer_with(selling, voice, settings):
    settings.OPENAI_MODEL = "scripted"
    await sync_to_async(making.model.cache_clear)()
    voice.then(Script(text=f"The desk lamp costs forty euros. {PEOPLE}"))
    session = await new_session()

    said = await say(voice, session, "How much is the desk lamp?")

    system = voice.requests[-1].body["messages"][0]["content"]
    assert system.count(PEOPLE) == 1
    assert EMAIL not in system
    assert said[-1] == PEOPLE
    assert (await Reply.objects.aget()).asked == "people"

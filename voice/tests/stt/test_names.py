"""A transcriber is told the names it may hear, within its limits, and no utterance waits for a query."""

import pytest

from agents.tests.factories import AgentFactory
from fakes.transcription import Heard
from knowledge.models import Document
from voice.models import Pronunciation, settings_of
from voice.stt import chain
from voice.stt.names import MAX_CHARS, names_of
from voice.stt.transcriber import Utterance
from voice.tests.utterances import needs_models, speech

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_are_those_of_the_agent_its_documents_and_its_pronunciations():
    agent = AgentFactory(name="Wren")
    Document.objects.create(agent=agent, name="Pharos_2.pdf")
    Pronunciation.objects.create(agent=agent, word="Velora", spoken="veh lora")

    assert settings_of.sync(agent.pk).names == ("Velora", "Wren", "Pharos 2")


def test_they_are_few_and_read_once(django_assert_num_queries):
    agent = AgentFactory()
    Document.objects.bulk_create(Document(agent=agent, name=f"Lamp number {i}") for i in range(100))

    with django_assert_num_queries(2):
        names = names_of(agent.pk)
        again = names_of(agent.pk)

    assert again == names
    assert len(", ".join(names)) <= MAX_CHARS


@needs_models
async def test_a_server_gets_them_as_its_prompt(upstream, settings):
    settings.STT_PROVIDERS = ["openai"]
    upstream.hear(Heard("What do you sell?"))

    await chain.transcribe(Utterance(speech("What do you sell?"), "en", ("Wren", "Pharos 2")))

    assert "prompt" in upstream.heard[0].fields

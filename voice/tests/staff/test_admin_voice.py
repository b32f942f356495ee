"""Staff give an agent a voice on its own page, listen to it, and see who listens and speaks."""

import pytest
from django.urls import reverse

from agents.models import Agent
from agents.tests.factories import AgentFactory, StaffFactory
from agents.tests.staff.test_admin_agents import change_url, form_of
from fakes.openai import FakeOpenAI
from fakes.speech import Spoken
from voice.models import settings_of
from voice.tts.speaker import Voice

pytestmark = pytest.mark.django_db(transaction=True)  # a sample is spoken through connections of its own

FIELDS = {
    "voice-TOTAL_FORMS": 1,
    "voice-0-name": "olivia",
    "voice-0-speed": "1.2",
    "voice-0-language": "en",
    "voice-0-spoken_greeting": "Good to hear you.",
    "pronunciations-TOTAL_FORMS": 1,
    "pronunciations-0-word": "Pharos",
    "pronunciations-0-spoken": "fair os",
}


@pytest.fixture
def staff(client):
    user = StaffFactory(is_superuser=True)
    client.force_login(user)
    return user


def sample_url(agent: Agent) -> str:
    return reverse("admin:agents_agent_voice_sample", args=[agent.pk])


def test_an_agent_without_settings_has_the_defaults(agent):
    agent.greeting = "Hello."
    agent.save()

    assert settings_of.sync(agent.pk).voice == Voice("", 1.0, "en")
    assert settings_of.sync(agent.pk).greeting == "Hello."


def test_a_copy_of_an_agent_sounds_like_it(client, staff):
    agent = AgentFactory()
    client.post(change_url(agent), form_of(agent, **FIELDS))

    client.post(reverse("admin:agents_agent_duplicate", args=[agent.pk]))

    copy = Agent.objects.exclude(pk=agent.pk).get()
    assert settings_of.sync(copy.pk) == settings_of.sync(agent.pk) != settings_of.sync(AgentFactory().pk)
    assert (copy.pronunciations.count(), agent.pronunciations.count()) == (1, 1)


def test_voice_and_pronunciations_are_saved_with_the_agent(client, staff):
    agent = AgentFactory()

    response = client.post(change_url(agent), form_of(agent, **FIELDS))

    assert response.status_code == 302, response.content.decode()[:3000]
    saved = settings_of.sync(agent.pk)
    assert saved.voice == Voice("olivia", 1.2, "en")
    assert saved.greeting == "Good to hear you."
    assert [(each.word, each.spoken) for each in saved.pronunciations] == [("Pharos", "fair os")]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("voice-0-speed", "3", "less than or equal to 2"), ("voice-0-language", "english", "two letters")],
)
def test_what_no_voice_can_do_is_refused_in_words(client, staff, field, value, words):
    agent = AgentFactory()

    html = client.post(change_url(agent), form_of(agent, **FIELDS | {field: value})).content.decode()

    assert words in html or "at most 2 characters" in html
    assert settings_of.sync(agent.pk).voice == Voice()


def test_the_page_says_who_listens_and_speaks_and_what_is_missing(client, staff, settings):
    settings.STT_PROVIDERS, settings.TTS_PROVIDERS = ["smallest"], ["openai"]

    html = client.get(change_url(AgentFactory())).content.decode()

    assert "SMALLEST_API_KEY" in html
    assert "OPENAI_TTS_MODEL" in html


def test_staff_listen_to_the_greeting_and_hear_when_there_is_no_voice(client, staff, agent, settings):
    settings.TTS_PROVIDERS = ["openai"]

    response = client.get(sample_url(agent))

    assert response.status_code == 503
    assert "no voice" in response.content.decode()


def test_the_sample_is_an_mp3_of_the_greeting(client, staff, agent, settings, speaking):
    agent.greeting = "Hello, I am Ada."
    agent.save()

    response = client.get(sample_url(agent))

    assert response["Content-Type"] == "audio/mpeg"
    assert len(response.content) > 5_000
    assert [request.text for request in speaking.spoken] == ["Hello, I am Ada."]


def test_who_may_not_see_agents_hears_nothing(client, agent, speaking):
    client.force_login(StaffFactory(is_superuser=False))

    assert client.get(sample_url(agent)).status_code == 403
    assert speaking.spoken == []


@pytest.fixture
def speaking(settings):
    """A server that speaks, in a thread of its own: the admin's views have no event loop."""
    with FakeOpenAI().in_thread() as fake:
        settings.OPENAI_BASE_URL, settings.OPENAI_TTS_MODEL = fake.base_url, "scripted"
        settings.TTS_PROVIDERS = ["openai"]
        fake.say(Spoken())
        yield fake

"""What a page needs for a voice conversation: a session to talk in, and leave to run WebAssembly."""

import pytest
from django.urls import reverse

from access import rates
from agents.tests.factories import AgentFactory
from conversations.models import Session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(db):
    return AgentFactory(slug="ada")


@pytest.fixture
def speaking(settings):
    settings.OPENAI_BASE_URL, settings.OPENAI_TTS_MODEL = "http://127.0.0.1:9/v1", "scripted"
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]


def test_a_session_is_begun_for_the_visitor_whom_the_cookie_will_name(client, agent):
    response = client.post(reverse("begin_session", args=["ada"]))

    session = Session.objects.get()
    assert response.status_code == 204
    assert response["X-Session-Id"] == str(session.pk)
    assert response["X-Session-Url"] == reverse("chat_session", args=["ada", session.pk])
    assert client.get(response["X-Session-Url"]).status_code == 200
    assert session.agent == agent


def test_a_known_visitor_keeps_the_cookie(client, agent):
    client.post(reverse("begin_session", args=["ada"]))
    again = client.post(reverse("begin_session", args=["ada"]))

    first, second = Session.objects.all()
    assert first.visitor == second.visitor
    assert not again.cookies


def test_an_unknown_agent_begins_nothing(client, agent):
    assert client.post(reverse("begin_session", args=["bob"])).status_code == 404
    assert not Session.objects.exists()


def test_nobody_begins_sessions_without_end(client, agent, settings):
    settings.RATE_LIMITS = True
    for _ in range(rates.NEW_SESSIONS_PER_ADDRESS.amount):
        rates.count(rates.NEW_SESSIONS_PER_ADDRESS, "new session", "127.0.0.1")

    response = client.post(reverse("begin_session", args=["ada"]))

    assert response.status_code == 429
    assert response["Retry-After"]
    assert not Session.objects.exists()


def test_a_page_that_talks_may_run_web_assembly_and_nothing_else_new(client, agent, speaking, settings):
    with_voice = client.get(reverse("chat", args=["ada"]))["Content-Security-Policy"]
    settings.TTS_PROVIDERS = ["smallest"]  # without a key
    without = client.get(reverse("chat", args=["ada"]))["Content-Security-Policy"]

    assert with_voice.replace(" 'wasm-unsafe-eval'", "") == without
    assert "'wasm-unsafe-eval'" in with_voice

"""A site that cannot listen says so: to visitors where it was meant to, to staff always; and text is untouched."""

import sys

import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, StaffFactory
from agents.tests.staff.test_admin_agents import change_url
from conversations.models import Message
from conversations.tests.asking import answered, ask
from fakes.scripts import Script
from fakes.transcription import Heard
from voice.errors import SpeechUnavailable
from voice.stt import builtin, chain
from voice.tests.utterances import needs_models, speech, utterance

pytestmark = pytest.mark.django_db(transaction=True)  # asynchronous tests ask in threads of their own

AWAY = "Speaking is not available here just now. Please type."
NOTICE = "Visitors cannot speak here"


@pytest.fixture
def no_models(monkeypatch):
    """An installation without requirements/local.txt."""
    for package in (builtin.PACKAGE, "faster_whisper", "hibari"):
        monkeypatch.setitem(sys.modules, package, None)


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory(is_superuser=True))


def page_of(client, agent) -> str:
    return client.get(reverse("chat", args=[agent.slug])).content.decode()


def buttons(html: str) -> tuple[bool, bool]:
    """Whether there is a microphone to press, and one that only says why there is none."""
    return 'id="mic"' in html, 'id="mic-away"' in html


@pytest.fixture(params=["no key", "no model in the folder", "half of the packages", "nobody of the list"])
def deaf(request, settings, no_models, monkeypatch, tmp_path):
    """Ways in which a site that was meant to listen does not."""
    if request.param == "no key":
        settings.STT_PROVIDERS = ["smallest"]
    elif request.param == "no model in the folder":
        settings.STT_MODEL_DIR = str(tmp_path)
    elif request.param == "half of the packages":
        (tmp_path / f"{builtin.PACKAGE}.py").touch()
        monkeypatch.delitem(sys.modules, builtin.PACKAGE)
        monkeypatch.syspath_prepend(tmp_path)
    else:
        settings.STT_PROVIDERS = ["openai", "smallest", "builtin"]


def test_visitors_find_a_microphone_that_says_why_it_does_not_work(client, agent, deaf):
    for html in (page_of(client, agent), client.get("/").content.decode()):
        button = html.split('id="mic-away"')[1].split("</button>")[0]

        assert buttons(html) == (False, True)
        assert 'aria-disabled="true"' in button
        assert f'title="{AWAY}"' in button
        assert f'<span class="visually-hidden">{AWAY}</span>' in button
        assert 'data-voice="deaf' in html
        assert NOTICE not in html


def test_staff_see_what_to_do_about_it(client, agent, deaf, staff):
    page, admin = page_of(client, agent), client.get(change_url(AgentFactory())).content.decode()

    assert f"{NOTICE} just now: no transcriber that is set up is ready" in page
    assert f'href="{change_url(agent)}#voice-group"' in page
    assert 'id="voice-group"' in admin
    assert "Not set up" in admin


def test_where_nothing_was_ever_set_up_visitors_see_no_microphone(client, agent, no_models):
    html = page_of(client, agent)

    assert buttons(html) == (False, False)
    assert AWAY not in html
    assert NOTICE not in html


def test_where_nothing_was_ever_set_up_staff_are_told_what_to_do(client, agent, no_models, staff):
    html = page_of(client, agent)

    assert buttons(html) == (False, False)
    assert f"{NOTICE}: no transcriber is set up" in html
    assert "requirements/local.txt" in html
    assert f'href="{change_url(agent)}#voice-group"' in html
    assert NOTICE not in client.get("/").content.decode()


@needs_models
def test_a_site_that_listens_has_its_microphone_and_no_notice(client, agent, staff):
    html = page_of(client, agent)

    assert buttons(html) == (True, False)
    assert NOTICE not in html


@needs_models
async def test_a_model_that_is_not_the_published_one_takes_the_microphone_away(
    async_client, agent, monkeypatch, settings
):
    monkeypatch.setattr(builtin, "PACKAGED_SHA256", "0" * 64)
    monkeypatch.setattr(builtin, "_loaded", {})
    monkeypatch.setattr(builtin, "_faults", {})
    settings.STT_PROVIDERS = ["builtin"]

    with pytest.raises(SpeechUnavailable):
        await chain.transcribe(utterance(speech("What do you sell?")))
    html = (await async_client.get(reverse("chat", args=[agent.slug]))).content.decode()

    assert buttons(html) == (False, True)
    assert "not the file that was published" in chain.status()[0].detail  # which the admin shows


@needs_models
async def test_a_key_that_is_refused_does_too(async_client, agent, upstream, settings):
    settings.STT_PROVIDERS = ["openai"]
    upstream.hear(Heard(status=401))

    with pytest.raises(SpeechUnavailable):
        await chain.transcribe(utterance(speech("What do you sell?")))
    html = (await async_client.get(reverse("chat", args=[agent.slug]))).content.decode()

    assert buttons(html) == (False, True)


async def test_typed_questions_are_answered_as_ever(agent, upstream, deaf):
    upstream.then(Script(text="Ninety euros."))

    turn = await ask(agent)

    assert (await answered(turn)).content == "Ninety euros."
    assert await Message.objects.acount() == 2

"""Refining an agent's prompt in the admin: propose, look, edit, publish or drop."""

from __future__ import annotations

import pytest
from django.urls import reverse

from access import rates
from agents.models import Agent
from agents.refining.refine import MAX_CHARS
from agents.staff import refine_pages
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from fakes.openai import FakeOpenAI
from fakes.scripts import Script

pytestmark = pytest.mark.django_db
PROMPT = "You sell lamps. Delivery takes 3 days."
BETTER = "# Role\n\nYou sell lamps, warmly.\n\n# Facts\n\n- Delivery takes <3 days.\n- Not everywhere."


@pytest.fixture
def staff(client):
    user = SuperuserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def agent():
    return AgentFactory(prompt=PROMPT)


@pytest.fixture
def fake(settings):
    with FakeOpenAI().in_thread() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = server.base_url, "scripted"
        yield server


def url(agent: Agent) -> str:
    return reverse("admin:agents_agent_prompt_refine", args=[agent.pk])


def proposal(**fields: object) -> dict[str, object]:
    return {"text": BETTER, "note": "Warmer", "based_on": 1, "changes": "Warmer.\nIn order.", "publish": "1"} | fields


def test_the_agents_page_leads_to_a_wish(client, staff, agent):
    assert url(agent) in client.get(reverse("admin:agents_agent_change", args=[agent.pk])).content.decode()

    page = client.get(url(agent)).content.decode()

    assert 'name="instructions"' in page
    assert 'name="text"' not in page


def test_a_proposal_is_shown_beside_what_is_published(client, staff, agent, fake):
    fake.then(Script(tokens=(f"<changes>\n- Said <it> warmer.\n</changes>\n<prompt>\n{BETTER}\n</prompt>",)))

    response = client.post(url(agent), {"instructions": "Warmer, please", "propose": "1"})

    page = response.content.decode()
    assert "Said &lt;it&gt; warmer." in page
    assert response.context["proposal"]["text"].value() == BETTER
    assert response.context["proposal"]["note"].value() == "Warmer, please"
    assert {line.kind for line in response.context["lines"]} == {"removed", "added"}
    assert agent.prompt_versions.count() == 1
    assert "Warmer, please" in fake.requests[0].body["messages"][1]["content"]


def test_without_a_model_the_template_proposes(client, staff, agent):
    page = client.post(url(agent), {"instructions": "", "propose": "1"}).content.decode()

    assert "No model is set up" in page
    assert "Delivery takes 3 days." in page


def test_an_edited_proposal_is_compared_again_and_keeps_what_was_done(client, staff, agent):
    edited = proposal(text="You sell lamps.\r\nNow.", compare="1")
    del edited["publish"]

    response = client.post(url(agent), edited)

    assert agent.prompt_versions.count() == 1
    assert "In order." in response.content.decode()
    assert [piece.text for line in response.context["lines"] for piece in line.pieces if line.kind == "added"]


def test_publishing_makes_a_new_version(client, staff, agent):
    response = client.post(url(agent), proposal(text=f"{BETTER}\r\n"), follow=True)

    agent.refresh_from_db()
    published = agent.published_prompt
    assert (published.number, published.text, published.note) == (2, BETTER, "Warmer")
    assert published.author == staff
    assert "Version 2 of the prompt is published." in response.content.decode()


def test_publishing_the_same_text_changes_nothing(client, staff, agent):
    client.post(url(agent), proposal(text=PROMPT))

    assert agent.prompt_versions.count() == 1


def test_what_was_published_meanwhile_is_not_overwritten_unseen(client, staff, agent):
    agent.publish("You sell chairs.")

    response = client.post(url(agent), proposal())

    assert "Version 2 was published meanwhile" in response.content.decode()
    assert agent.prompt_versions.count() == 2
    client.post(url(agent), proposal(based_on=response.context["proposal"]["based_on"].value()))
    assert agent.prompt_versions.count() == 3


@pytest.mark.parametrize("fields", [{"text": " "}, {"text": "x" * 100_001}, {"note": "x" * 201}])
def test_a_proposal_that_cannot_be_a_version_is_shown_with_the_reason(client, staff, agent, fields):
    response = client.post(url(agent), proposal(**fields))

    assert "errorlist" in response.content.decode()
    assert agent.prompt_versions.count() == 1


@pytest.mark.parametrize(
    ("prompt", "wish", "words"),
    [
        ("x" * (MAX_CHARS + 1), "", "longer than 20,000 characters"),
        (PROMPT, "x" * 2001, "at most 2000 characters"),
    ],
)
def test_what_is_too_long_to_refine_is_said(client, staff, prompt, wish, words):
    response = client.post(url(AgentFactory(prompt=prompt)), {"instructions": wish, "propose": "1"})

    assert words in response.content.decode()


def test_proposals_are_counted(client, staff, agent, monkeypatch):
    monkeypatch.setattr(refine_pages, "PER_CALLER", rates.parse("1/minute"))
    client.post(url(agent), {"propose": "1"})

    assert "Please wait" in client.post(url(agent), {"propose": "1"}).content.decode()


def test_others_are_refused(client, agent):
    assert client.get(url(agent)).url.startswith("/admin/login/")

    client.force_login(StaffFactory(may=["agents.view_agent"]))

    assert client.get(url(agent)).status_code == 403
    assert client.post(url(agent), proposal()).status_code == 403
    assert url(agent) not in client.get(reverse("admin:agents_agent_change", args=[agent.pk])).content.decode()
    assert agent.prompt_versions.count() == 1


def test_an_agent_that_is_not_there_is_not_found(client, staff, agent):
    address = url(agent)
    Agent.objects.all().delete()

    assert client.get(address).status_code == 404

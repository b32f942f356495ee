"""Staff are told when nobody follows the prompt that they write."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db
NOTE = "The system prompt is not used at the moment."


def pages(client) -> list[str]:
    """The pages on which a prompt is written: a new agent's, an agent's, and Refine."""
    pk = AgentFactory().pk
    of_agent = [reverse(f"admin:agents_agent_{name}", args=[pk]) for name in ("change", "prompt_refine")]
    urls = ("/admin/agents/agent/add/", *of_agent)
    return [client.get(url).content.decode() for url in urls]


def test_without_a_model_each_page_of_a_prompt_says_what_visitors_get_and_what_changes_that(client):
    client.force_login(SuperuserFactory())

    for page in pages(client):
        assert NOTE in page
        assert "visitors get quotes from the agent's knowledge" in html.unescape(page)
        assert "<code>OPENAI_API_KEY</code>" in page
        assert "<code>OPENAI_BASE_URL</code>" in page


def test_refine_says_that_a_template_makes_the_proposals(client):
    client.force_login(SuperuserFactory())

    *others, refine = pages(client)

    assert "Until then a template makes the proposals" in refine
    assert not any("template makes the proposals" in page for page in others)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_with_a_model_nothing_is_said(client, settings, name):
    setattr(settings, name, "https://models.example/v1")
    client.force_login(SuperuserFactory())

    assert not [page for page in pages(client) if NOTE in page]


def test_who_may_only_look_is_told_too(client):
    client.force_login(StaffFactory(may=["agents.view_agent"]))

    page = client.get(reverse("admin:agents_agent_change", args=[AgentFactory().pk])).content.decode()

    assert NOTE in page

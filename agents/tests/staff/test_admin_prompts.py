"""The pages of prompt versions: look, compare, restore; never edit."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import Agent, PromptVersion
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = SuperuserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def agent():
    agent = AgentFactory(prompt="Be kind.\nBe brief.")
    agent.publish("Be kind.\nBe exact.", note="Exact")
    return agent


def url(name: str, agent: Agent, *args: int) -> str:
    return reverse(f"admin:agents_agent_{name}", args=[agent.pk, *args])


def test_the_list_shows_number_note_and_what_is_published(client, staff, agent):
    page = client.get(url("prompts", agent)).content.decode()

    assert page.count('<th scope="row" class="number">') == 2
    assert "Exact" in page
    assert page.count(">Published<") == 1


def test_thirty_versions_take_as_many_queries_as_three(client, staff, agent, django_assert_num_queries):
    agent.publish("third", author=staff)
    with CaptureQueriesContext(connection) as few:
        client.get(url("prompts", agent))
    for n in range(27):
        agent.publish(f"text {n}", author=staff)

    with django_assert_num_queries(len(few)):
        client.get(url("prompts", agent))


def test_one_version_is_shown_as_text(client, staff, agent):
    agent.publish("<b>bold</b>")

    page = client.get(url("prompt", agent, 3)).content.decode()

    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<textarea" not in page


def test_two_versions_are_compared_with_signs(client, staff, agent):
    page = client.get(url("prompt_compare", agent), {"old": 1, "new": 2})

    assert [(line.sign, line.kind) for line in page.context["lines"]] == [
        (" ", "same"),
        ("−", "removed"),
        ("+", "added"),
    ]
    assert "<mark>" in page.content.decode()


def test_the_same_version_twice_says_so(client, staff, agent):
    page = client.get(url("prompt_compare", agent), {"old": 2, "new": 2}).content.decode()

    assert "have the same text" in page


@pytest.mark.parametrize(
    "query", [{}, {"old": "1"}, {"old": "x", "new": "1"}, {"old": "1", "new": "99"}, {"old": "-1"}]
)
def test_a_comparison_with_bad_numbers_is_not_found(client, staff, agent, query):
    assert client.get(url("prompt_compare", agent), query).status_code == 404


def test_restore_publishes_the_old_text_as_a_new_version(client, staff, agent):
    response = client.post(url("prompt_restore", agent, 1), follow=True)

    agent.refresh_from_db()
    published = agent.published_prompt
    assert (published.number, published.text, published.author) == (3, "Be kind.\nBe brief.", staff)
    assert published.note == "Restored from version 1"
    assert "Version 3 is published" in response.content.decode()


def test_restoring_what_is_published_changes_nothing(client, staff, agent):
    client.post(url("prompt_restore", agent, 2))

    assert agent.prompt_versions.count() == 2


def test_restore_needs_post_and_a_version(client, staff, agent):
    assert client.get(url("prompt_restore", agent, 1)).status_code == 405
    assert client.post(url("prompt_restore", agent, 9)).status_code == 404
    assert agent.prompt_versions.count() == 2


def test_staff_who_may_only_look_cannot_restore(client, agent):
    client.force_login(StaffFactory(may=["agents.view_agent"]))

    assert "Restore" not in client.get(url("prompts", agent)).content.decode()
    assert client.post(url("prompt_restore", agent, 1)).status_code == 403


@pytest.mark.parametrize("name", ["prompts", "prompt_compare"])
def test_others_see_no_versions(client, agent, name):
    assert client.get(url(name, agent)).url.startswith("/admin/login/")

    client.force_login(StaffFactory())
    assert client.get(url(name, agent)).status_code == 403
    assert client.get(url("prompt", agent, 1)).status_code == 403


def test_a_version_of_another_agent_is_not_found(client, staff, agent):
    other = AgentFactory()

    assert client.get(url("prompt", other, 2)).status_code == 404
    assert client.post(url("prompt_restore", other, 2)).status_code == 404


def test_versions_have_no_editable_admin_and_refuse_to_be_saved(agent):
    version = agent.published_prompt
    version.text = "changed"

    assert PromptVersion not in admin.site._registry
    with pytest.raises(ValueError, match="never changes"):
        version.save()

"""Staff who switch off or delete the agent of the landing page are told that nobody takes its place there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agents.models import Agent
from agents.tests.factories import AgentFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import form_of

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/agent/"
BEFORE, AFTER = "the page will have no chat until you put another agent there", "The landing page has no chat now"


@pytest.fixture
def ada(client):
    client.force_login(SuperuserFactory())
    return AgentFactory(name="Ada", slug="ada", is_default=True)


@pytest.fixture
def bob():
    return AgentFactory(name="Bob", slug="bob")


def page_of(agent: Agent, name: str = "change") -> str:
    return reverse(f"admin:agents_agent_{name}", args=[agent.pk])


def test_deleting_it_says_what_the_page_loses_before_and_afterwards(client, ada, bob):
    asked = client.get(page_of(ada, "delete")).content.decode()
    done = client.post(page_of(ada, "delete"), {"post": "yes"}, follow=True).content.decode()

    assert BEFORE in asked
    assert AFTER in done
    assert BEFORE not in done


def test_so_does_deleting_it_from_the_list(client, ada, bob):
    chosen = {"action": "delete_selected", "_selected_action": [ada.pk]}

    assert BEFORE in client.post(LIST, chosen).content.decode()
    assert AFTER in client.post(LIST, {**chosen, "post": "yes"}, follow=True).content.decode()


def test_no_other_agent_takes_its_place_unasked(client, ada, bob):
    client.post(page_of(ada, "delete"), {"post": "yes"})

    assert Agent.objects.default() is None
    assert "Bob" not in client.get("/").content.decode()


def test_deleting_another_one_warns_of_nothing(client, ada, bob):
    assert "landing page" not in client.get(page_of(bob, "delete")).content.decode().split("breadcrumbs")[1]


def test_the_switch_says_what_it_does_to_the_landing_page(client, ada, bob):
    assert BEFORE in client.get(page_of(ada)).content.decode()
    assert BEFORE not in client.get(page_of(bob)).content.decode()


def test_switching_it_off_says_that_nobody_is_there_now(client, ada, bob):
    page = client.post(page_of(ada), form_of(ada, is_active=None), follow=True)

    ada.refresh_from_db()
    assert not ada.is_active
    assert AFTER in page.content.decode()

"""Staff who switch off or delete the agent of the landing page are told who takes its place there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agents.models import Agent
from agents.tests.factories import AgentFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import form_of

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/agent/"
BEFORE, AFTER = "Bob will take its place there", "Bob is on the landing page now, in the place of Ada"


@pytest.fixture
def ada(client):
    client.force_login(SuperuserFactory())
    return AgentFactory(name="Ada", slug="ada", is_default=True)


@pytest.fixture
def bob():
    return AgentFactory(name="Bob", slug="bob")


def page_of(agent: Agent, name: str = "change") -> str:
    return reverse(f"admin:agents_agent_{name}", args=[agent.pk])


def test_deleting_it_asks_with_the_name_of_who_takes_over_and_says_it_afterwards(client, ada, bob):
    asked = client.get(page_of(ada, "delete")).content.decode()
    done = client.post(page_of(ada, "delete"), {"post": "yes"}, follow=True).content.decode()

    assert BEFORE in asked
    assert AFTER in done
    assert BEFORE not in done


def test_so_does_deleting_it_from_the_list(client, ada, bob):
    chosen = {"action": "delete_selected", "_selected_action": [ada.pk]}

    assert BEFORE in client.post(LIST, chosen).content.decode()
    assert AFTER in client.post(LIST, {**chosen, "post": "yes"}, follow=True).content.decode()


def test_deleting_the_last_one_says_that_nobody_is_left(client, ada):
    assert "the page will have no chat" in client.get(page_of(ada, "delete")).content.decode()


def test_deleting_another_one_warns_of_nothing(client, ada, bob):
    assert "landing page" not in client.get(page_of(bob, "delete")).content.decode().split("breadcrumbs")[1]


def test_the_switch_says_what_it_does_to_the_landing_page(client, ada, bob):
    assert BEFORE in client.get(page_of(ada)).content.decode()
    assert BEFORE not in client.get(page_of(bob)).content.decode()


def test_switching_it_off_says_who_is_there_now(client, ada, bob):
    page = client.post(page_of(ada), form_of(ada, is_active=None), follow=True)

    ada.refresh_from_db()
    assert not ada.is_active
    assert AFTER in page.content.decode()

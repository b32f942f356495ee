"""Where one is in the admin: each step of the trail stands once, and the title of a page names its object."""

import re
from html import unescape

import pytest

from agents.tests.factories import AgentFactory
from conversations.tests.factories import MessageFactory
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    agent = AgentFactory(name="Wren")
    session = MessageFactory(session__agent=agent, session__title="About lamps").session
    lead = LeadFactory(session=session, name="Jo Meier")
    own, talk = f"/admin/agents/agent/{agent.pk}", f"/admin/conversations/session/{session.pk}"
    return {
        "/admin/agents/agent/": ["Home", "Agents"],
        "/admin/agents/agent/add/": ["Home", "Agents", "Add agent"],
        f"{own}/change/": ["Home", "Agents", "Wren"],
        f"{own}/history/": ["Home", "Agents", "Wren", "History"],
        f"{own}/delete/": ["Home", "Agents", "Wren", "Delete"],
        f"{own}/prompts/": ["Home", "Agents", "Wren", "Prompt versions"],
        f"{own}/prompts/1/": ["Home", "Agents", "Wren", "Prompt versions", "Prompt version 1"],
        f"{talk}/change/": ["Home", "Sessions", "About lamps"],
        f"{talk}/delete/": ["Home", "Sessions", "About lamps", "Delete"],
        f"/admin/leads/lead/{lead.pk}/change/": ["Home", "Leads", "Jo Meier"],
        "/admin/knowledge/document/files/": ["Home", "Documents", "Add files"],
        "/admin/knowledge/document/page/": ["Home", "Documents", "Add a web page"],
        "/admin/password_change/": ["Home", "Password change"],
        "/admin/administration/": ["Home", "Administration"],
    }


def steps(html):
    trail = re.search(r'<div class="breadcrumbs"><ol>(.*?)</ol>', html, re.DOTALL).group(1)
    return [unescape(re.sub(r"<[^>]+>", "", step)).strip() for step in re.findall(r"<li.*?</li>", trail, re.DOTALL)]


def test_each_page_says_where_it_is_and_no_step_twice(admin_client, addresses):
    found = {address: steps(admin_client.get(address).content.decode()) for address in addresses}

    assert found == addresses


def test_the_title_of_a_page_names_its_object(admin_client, addresses):
    for address, trail in addresses.items():
        html = admin_client.get(address).content.decode()
        title = unescape(re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)).strip()
        named = [step for step in trail if step in ("Wren", "About lamps", "Jo Meier")]

        assert title.endswith("| Salesagent"), title
        assert all(title.count(name) == 1 for name in named), title

"""From an agent's page in the admin to its knowledge, its conversations, a try-out and its voice, and back."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.models import Reply
from conversations.tests.factories import ReplyFactory, SessionFactory
from knowledge.models import Document
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/agent/"
DOCUMENTS, SESSIONS = "/admin/knowledge/document/", "/admin/conversations/session/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def page_of(client, agent) -> str:
    return client.get(reverse("admin:agents_agent_change", args=[agent.pk])).content.decode()


def ways_on(client, agent) -> dict[str, tuple[str, str]]:
    """Label -> address and what is told beside it."""
    links = re.search(r'<nav class="agent-links".*?</nav>', page_of(client, agent), re.DOTALL)
    found = re.findall(r'<a href="([^"]*)">([^<]*)</a>(?: <span[^>]*>([^<]*)</span>)?', links[0] if links else "")
    return {label: (html.unescape(url), told) for url, label, told in found}


def refused(session) -> None:
    ReplyFactory(session=session, certainty=Reply.Certainty.REFUSED)


def test_the_page_leads_to_its_knowledge_and_says_what_failed(client, staff):
    agent = AgentFactory()
    DocumentFactory.create_batch(2, agent=agent)
    DocumentFactory(agent=agent, status=Document.Status.FAILED)
    DocumentFactory()  # of another agent

    ways = ways_on(client, agent)

    assert ways["Knowledge"] == (f"{DOCUMENTS}?agent__id__exact={agent.pk}", "3 documents")
    url, told = ways["Failed documents"]
    assert told == "1 document failed"
    assert client.get(url).context["cl"].result_count == 1
    assert ways["Add a document"][0] == f"{DOCUMENTS}add/?agent={agent.pk}"


def test_the_page_leads_to_its_conversations_and_those_it_did_not_answer(client, staff):
    agent = AgentFactory()
    twice = SessionFactory(agent=agent)
    refused(twice)
    refused(twice)
    ReplyFactory(session=SessionFactory(agent=agent), certainty=Reply.Certainty.ANSWERED)
    refused(SessionFactory())  # of another agent

    ways = ways_on(client, agent)

    assert ways["Conversations"] == (f"{SESSIONS}?agent__id__exact={agent.pk}", "2 sessions")
    url, told = ways["Questions it did not answer"]
    assert told == "in 1 session"
    assert [row.pk for row in client.get(url).context["cl"].result_list] == [twice.pk]


def test_where_nothing_failed_and_all_was_answered_nothing_is_said(client, staff):
    agent = AgentFactory()
    DocumentFactory(agent=agent, status=Document.Status.READY)

    assert set(ways_on(client, agent)) == {
        "Knowledge",
        "Add a document",
        "Add files",
        "Conversations",
        "Voice settings",
        "Leads",
        "Questions and alerts",
        "Write the words of its landing page",
    }


def test_the_way_to_the_voice_ends_at_its_settings(client, staff):
    agent = AgentFactory()

    assert ways_on(client, agent)["Voice settings"][0] == "#voice-group"
    assert 'id="voice-group"' in page_of(client, agent)


@pytest.mark.parametrize(
    ("may", "ways"),
    [
        ([], set()),
        (["knowledge.view_document"], {"Knowledge"}),
        (["knowledge.add_document", "knowledge.change_document"], {"Knowledge", "Add a document", "Add files"}),
        (["conversations.view_session"], {"Conversations"}),
        (["voice.view_agentvoice"], {"Voice settings"}),
    ],
)
def test_the_page_leads_only_where_a_person_may_go(client, may, ways):
    agent = AgentFactory()
    client.force_login(StaffFactory(may=["agents.view_agent", *may]))

    assert set(ways_on(client, agent)) == ways


def test_an_agent_is_tried_out_on_its_page(client, staff):
    agent = AgentFactory()

    page = page_of(client, agent)

    assert re.search(rf'href="{agent.get_absolute_url()}"[^>]*>Try it out<', page)
    assert "This agent is switched off" not in page


def test_an_agent_that_is_off_says_why_it_cannot_be_tried_out(client, staff):
    page = page_of(client, AgentFactory(is_active=False))

    assert "This agent is switched off" in page
    assert "Try it out<" not in page
    assert re.search(r'aria-describedby="tried-when-active"[^>]*>See its page<', page)


@pytest.mark.parametrize("path", [DOCUMENTS, SESSIONS])
def test_the_lists_of_one_agent_lead_back_to_it(client, staff, path):
    agent = AgentFactory()
    way_back = f'<a class="agent-bar__name" href="{reverse("admin:agents_agent_change", args=[agent.pk])}">'

    assert way_back in client.get(f"{path}?agent__id__exact={agent.pk}").content.decode()
    assert "agent-bar" not in client.get(path).content.decode()
    client.force_login(StaffFactory(may=["knowledge.view_document", "conversations.view_session"]))
    assert way_back not in client.get(f"{path}?agent__id__exact={agent.pk}").content.decode()


def test_the_numbers_of_the_list_lead_to_what_they_count(client, staff):
    agent = AgentFactory(name="Wren")
    for _ in range(2):
        refused(SessionFactory(agent=agent))
    SessionFactory(agent=agent)
    AgentFactory(name="Idle")

    page = html.unescape(client.get(LIST).content.decode())

    of_agent = f"{SESSIONS}?agent__id__exact={agent.pk}"
    assert f'<td class="field-session_count"><a href="{of_agent}">3</a></td>' in page
    assert f'<td class="field-unanswered_count"><a href="{of_agent}&answers=unknown">2</a></td>' in page
    assert '<td class="field-unanswered_count">0</td>' in page


def test_the_list_is_ordered_by_what_was_not_answered(client, staff):
    AgentFactory(name="Idle")
    asked = AgentFactory(name="Asked")
    refused(SessionFactory(agent=asked))

    assert client.get(f"{LIST}?o=-4").context["cl"].result_list[0] == asked


def test_who_may_not_see_sessions_sees_no_numbers_of_them(client):
    refused(SessionFactory())
    client.force_login(StaffFactory(may=["agents.view_agent"]))

    page = client.get(LIST).content.decode()

    assert "field-session_count" not in page
    assert "field-unanswered_count" not in page


def test_many_agents_take_as_many_queries_as_few(client, staff, django_assert_num_queries):
    refused(SessionFactory())
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(10):
        refused(SessionFactory())

    with django_assert_num_queries(len(few)):
        client.get(LIST)

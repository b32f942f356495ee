"""What the admin's lists and forms say beside what is in them."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, SuperuserFactory
from conversations.models import Session

pytestmark = pytest.mark.django_db
LISTS = ("/admin/agents/agent/", "/admin/knowledge/document/", "/admin/conversations/session/", "/admin/access/apikey/")


@pytest.fixture(autouse=True)
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["", "?o=1", "?p=1", "?all="])
def test_a_list_that_shows_everything_does_not_offer_to(client, path, query):
    agent = AgentFactory()
    agent.sessions.create()
    agent.documents.create(name="Prices", text="Ten euro.")

    assert "Show everything" not in client.get(path + query).content.decode()


@pytest.mark.parametrize("query", ["q=lamp", "answers=running", "updated_at__year=2020", "q=lamp&answers=running"])
def test_a_list_that_shows_less_says_so_and_offers_the_rest(client, query):
    AgentFactory().sessions.create(title="Sun")

    page = client.get(f"/admin/conversations/session/?{query}").content.decode()

    assert "0 results" in page
    assert "Nothing matches." in page
    assert '<a href="?">Show everything</a>' in page


PLACES = (
    ("knowledge/document", "", "No documents yet."),
    ("knowledge/website", "", "No websites yet."),
    ("knowledge/conflict", "state__exact=open&", "No conflicts:"),
    ("conversations/session", "", "No conversations yet."),
    ("evaluation/gap", "status__exact=open&", "No gaps:"),
    ("leads/lead", "", "No leads yet."),
)


@pytest.mark.parametrize(("place", "opens_with", "words"), PLACES)
def test_an_empty_list_of_one_agent_says_what_to_do_as_that_of_all_does(client, place, opens_with, words):
    agent = AgentFactory()

    page = html.unescape(client.get(f"/admin/{place}/?{opens_with}agent__id__exact={agent.pk}").content.decode())

    assert words in page
    assert "Nothing matches." not in page
    assert f'<a href="?agent__id__exact={agent.pk}">Show everything</a>' in page or not opens_with


@pytest.mark.parametrize("query", ["q=lamp", "answers=running", "answers=running&q=lamp"])
def test_everything_of_an_agent_is_that_of_no_other(client, query):
    agent = AgentFactory()
    agent.sessions.create(title="Sun")

    page = client.get(f"/admin/conversations/session/?{query}&agent__id__exact={agent.pk}").content.decode()
    whole = client.get(f"/admin/conversations/session/?agent__id__exact={agent.pk}").content.decode()

    assert "Nothing matches." in page
    assert page.count(f'<a href="?agent__id__exact={agent.pk}">Show everything</a>') == 2
    assert "Show everything" not in whole


def test_a_search_that_finds_all_there_is_counts_it(client):
    Session.objects.create(agent=AgentFactory(), title="Lamp")

    assert "1 result ·" in client.get("/admin/conversations/session/?q=lamp").content.decode()


def test_the_buttons_that_add_a_row_are_plain_english(client):
    page = html.unescape(client.get(reverse("admin:agents_agent_change", args=[AgentFactory().pk])).content.decode())

    assert "Add a text for another cause" in page
    assert "Add a word" in page
    assert "Add another Fallback text" not in page
    assert "Add another Pronunciation" not in page


def test_no_help_of_an_agent_begins_with_the_bare_word_empty(client):
    agent = AgentFactory()
    forms = (
        reverse("admin:agents_agent_change", args=[agent.pk]),
        reverse("admin:agents_agent_prompt_refine", args=[agent.pk]),
        "/admin/knowledge/document/add/",
        "/admin/access/apikey/add/",
    )

    assert not [path for path in forms if "Empty:" in client.get(path).content.decode()]


def test_the_list_of_one_agent_does_not_repeat_its_name_in_each_row(client):
    agent = AgentFactory()
    session = agent.sessions.create(title="Sun")

    one = client.get(f"/admin/conversations/session/?agent__id__exact={agent.pk}").content.decode()
    every = client.get("/admin/conversations/session/").content.decode()

    assert "of-one-agent" in one
    assert "of-one-agent" not in every
    assert str(session) in one

"""What a visitor sees: asked once in the chat, a page to read, delete and change one's mind, with plain forms."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from access.visitors import COOKIE, new_visitor
from agents.models import Brand
from agents.tests.factories import AgentFactory
from conversations.tests.factories import MessageFactory, SessionFactory
from memory.models import MemorySettings, SessionSummary, VisitorChoice
from memory.switch import forget_what_is_known

pytestmark = pytest.mark.django_db
PAGE = "/chat/ada/memory/"
CHOOSE = "/chat/ada/memory/choose/"
ASKED = 'class="memory-ask"'


@pytest.fixture
def remembers(agent):
    MemorySettings.objects.create(agent=agent, is_on=True)
    forget_what_is_known()
    return agent


@pytest.fixture
def visitor(client):
    cookie, visitor = new_visitor()
    client.cookies[COOKIE] = cookie
    return visitor


def remember(agent, visitor, text="They want a red lamp."):
    session = SessionFactory(agent=agent, visitor=visitor)
    MessageFactory(session=session)
    return SessionSummary.objects.create(session=session, agent=agent, visitor=visitor, text=text)


def seen(client, url=PAGE) -> str:
    return html.unescape(client.get(url).content.decode())


@pytest.mark.parametrize("url", ["/chat/ada/", "/"])
def test_it_is_asked_only_where_the_agent_remembers_and_only_once(client, agent, visitor, url):
    assert ASKED not in seen(client, url)
    MemorySettings.objects.create(agent=agent, is_on=True)
    forget_what_is_known()
    page = seen(client, url)
    assert ASKED in page
    assert "May we keep a short summary" in page

    answer = client.post(CHOOSE, {"choice": "allow", "next": url})

    assert answer["Location"] == url
    assert VisitorChoice.objects.get(visitor=visitor).is_allowed
    assert "May we keep" in VisitorChoice.objects.get().question
    page = seen(client, url)
    assert ASKED not in page
    assert f'href="{PAGE}"' in page


def test_who_has_no_cookie_yet_gets_one_with_the_answer(client, remembers):
    answer = client.post(CHOOSE, {"choice": "refuse", "next": "/chat/ada/"})

    assert COOKIE in answer.cookies
    assert VisitorChoice.objects.get().is_allowed is False
    assert ASKED not in seen(client, "/chat/ada/")


@pytest.mark.parametrize("written", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_an_answer_leads_to_no_other_site(client, remembers, visitor, written):
    answer = client.post(CHOOSE, {"choice": "allow", "next": written}, headers={"referer": written})

    assert answer["Location"] == PAGE


def test_it_leads_back_to_the_conversation_that_began_since_the_page_was_drawn(client, remembers, visitor):
    now = "http://testserver/chat/ada/00000000-0000-0000-0000-000000000001/"

    answer = client.post(CHOOSE, {"choice": "allow", "next": "/chat/ada/"}, headers={"referer": now})

    assert answer["Location"] == now


def test_the_page_shows_what_is_remembered_of_this_browser_alone(client, remembers, visitor):
    remember(remembers, visitor)
    remember(remembers, "b" * 64, "They want another one.")
    remember(remembers, "", "Nobody's.")

    page = seen(client)

    assert "They want a red lamp." in page
    assert "another one" not in page
    assert "Nobody's" not in page


def test_without_a_cookie_nothing_is_shown(client, remembers):
    remember(remembers, "")

    assert "Nothing is remembered of you in this browser." in seen(client)


def test_one_or_all_can_be_deleted_and_only_ones_own(client, remembers, visitor):
    first, second, third = (remember(remembers, visitor, text) for text in ("One.", "Two.", "Three."))
    other = remember(remembers, "b" * 64, "Theirs.")

    for wanted in (str(first.pk), str(other.pk), "nonsense"):
        assert client.post(reverse("memory_forget", args=["ada"]), {"session": wanted})["Location"] == PAGE
    assert set(SessionSummary.objects.kept()) == {second, third, other}
    client.post(reverse("memory_forget", args=["ada"]))

    assert set(SessionSummary.objects.kept()) == {other}


def test_who_changes_their_mind_has_all_deleted(client, remembers, visitor):
    remember(remembers, visitor)
    client.post(CHOOSE, {"choice": "allow"})
    assert "You have allowed it." in seen(client)

    client.post(CHOOSE, {"choice": "refuse"})

    assert not SessionSummary.objects.kept().exists()
    assert "You have said no; nothing is remembered." in seen(client)


def test_privacy_says_it_where_an_agent_remembers(client, agent):
    assert PAGE not in seen(client, "/privacy/")
    MemorySettings.objects.create(agent=agent, is_on=True)
    forget_what_is_known()

    assert PAGE in seen(client, "/privacy/")


def test_privacy_says_nothing_of_it_where_only_another_company_remembers(client, remembers):
    AgentFactory(slug="bob")
    assert "Remembering" not in seen(client, "/chat/bob/privacy/")

    Brand.objects.update(family="One")

    assert "Remembering" in seen(client, "/chat/bob/privacy/")


@pytest.mark.parametrize(("choice", "is_allowed"), [("allow", True), ("refuse", False)])
def test_a_frame_whose_cookies_are_blocked_answers_in_its_place(remembers, choice, is_allowed):
    token, visitor = new_visitor()
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(CHOOSE, {"choice": choice}, headers={"HX-Request": "true", "X-Visitor": token})

    assert VisitorChoice.objects.get(visitor=visitor).is_allowed is is_allowed
    assert answer.status_code == 200
    fragment = answer.content.decode()
    assert f'action="{PAGE}frame/"\n  target="_blank" rel="noopener" hx-swap-oob="true">' in fragment
    assert f'name="visitor" value="{token}">What we remember of you</button>' in fragment
    assert ASKED not in fragment
    assert not answer.cookies


@pytest.mark.parametrize("url", ["/privacy/memory/choose/", CHOOSE, "/chat/ada/memory/forget/"])
def test_what_changes_something_is_posted(client, agent, url):
    assert client.get(url).status_code == 405


def test_the_old_address_shows_the_page_of_the_landing_pages_agent(client, remembers, visitor):
    remember(remembers, visitor)

    assert "They want a red lamp." in seen(client, "/privacy/memory/")


def test_an_agent_shows_and_deletes_nothing_of_one_it_is_not_offered_with(client, remembers, visitor):
    other = AgentFactory(slug="bob")
    kept = remember(other, visitor, "They want a boat.")
    shown = remember(remembers, visitor)

    assert "They want a boat." not in seen(client)
    client.post("/chat/ada/memory/forget/", {"session": str(kept.pk)})
    client.post("/chat/ada/memory/forget/")

    assert set(SessionSummary.objects.kept()) == {kept}
    Brand.objects.update(family="One")
    SessionSummary.objects.filter(pk=shown.pk).update(is_forgotten=False, text="They want a red lamp.")
    page = seen(client)
    assert "They want a boat." in page
    assert "They want a red lamp." in page


def test_the_switch_is_on_the_agents_page(admin_client, agent):
    page = admin_client.get(reverse("admin:agents_agent_change", args=[agent.pk])).content.decode()

    assert 'name="memory_settings-0-is_on"' in page
    assert 'name="memory_settings-0-is_on" id="id_memory_settings-0-is_on" checked' not in page


def test_a_copied_agent_does_not_remember(remembers):
    copy = remembers.duplicate()

    assert not MemorySettings.objects.filter(agent=copy, is_on=True).exists()

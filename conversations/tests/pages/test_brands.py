"""Two companies on one installation: nothing of the one is on any page of the other."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from access.visitors import COOKIE, new_visitor
from agents.models import Agent, Brand
from agents.tests.factories import AgentFactory, LandingPageFactory
from conversations.intake import turns
from conversations.models import Session
from leads.models import LeadSettings
from leads.promises import forget
from memory.models import MemorySettings, SessionSummary

pytestmark = pytest.mark.django_db(transaction=True)  # the views read through connections of their own


@pytest.fixture
def visitor(client):
    value, visitor = new_visitor()
    client.cookies[COOKIE] = value
    return visitor


def company(name, visitor, **agent):
    """An agent with a brand, words, a conversation and a memory, in all of which its company's name occurs."""
    made = AgentFactory(name=f"{name}bot", slug=name.lower(), greeting=f"Welcome to {name}", **agent)
    look = {"company": f"{name} Ltd", "privacy_url": f"https://{name.lower()}.example/privacy"}
    links = {"legal_url": f"https://{name.lower()}.example/imprint", "custom_css": f".log {{ --of: {name.lower()} }}"}
    Brand.objects.filter(agent=made).update(**look, **links)
    made.brand.refresh_from_db()
    made.brand.logo.save(f"{name.lower()}.png", ContentFile(b"a picture"))
    LandingPageFactory(agent=made, headline=f"All of {name}")
    LeadSettings.objects.create(agent=made, alert_addresses=f"team@{name.lower()}.example")
    MemorySettings.objects.create(agent=made, is_on=True)
    turn = turns.begin.sync(made, visitor, f"What does {name} sell?")
    SessionSummary.objects.create(
        session_id=turn.question.session_id, agent=made, visitor=visitor, text=f"They want {name}."
    )
    return made


@pytest.fixture
def both(visitor):
    made = company("Acme", visitor, accent="#aa1100", is_default=True), company("Borg", visitor, accent="#0011aa")
    forget()
    return made


def pages_of(agent):
    session = Session.objects.filter(agent=agent).first()
    yield from (
        reverse(name, args=[agent.slug])
        for name in ("chat", "session_list", "agent_privacy", "agent_memory", "first_contact", "theme", "custom_css")
    )
    yield reverse("chat_session", args=[agent.slug, session.pk])
    yield reverse("contact", args=[session.pk])
    yield reverse("delete_session", args=[session.pk])
    yield reverse("chat", args=[agent.slug]) + "00000000-0000-4000-8000-000000000000/"


def links_in(html):
    return set(re.findall(r'(?:href|action|src)="([^"]*)"', html))


def test_no_page_of_one_says_anything_of_the_other(client, both):
    for own, other in (both, reversed(both)):
        for url in pages_of(own):
            page = client.get(url).content.decode().lower()
            assert other.slug not in page, url
            assert other.accent not in page, url


def test_pages_of_the_one_that_is_not_on_the_landing_page_do_not_lead_there(client, both):
    _acme, borg = both

    for url in pages_of(borg):
        assert not {"/", "/chat/", "/privacy/", "/privacy/memory/"} & links_in(client.get(url).content.decode()), url


def test_every_page_shows_the_company_itself(client, both):
    for agent in both:
        for url in pages_of(agent):
            page = client.get(url).content.decode()
            if page.lstrip().startswith("<!doctype") and "does not exist" not in page:
                assert agent.brand.company in page, url


def test_the_landing_page_has_the_words_of_its_agent_and_those_of_others_are_kept(client, both):
    acme, borg = both
    html = client.get("/").content.decode()
    assert "All of Acme" in html
    assert "borg" not in html.lower()

    Agent.objects.filter(pk=acme.pk).update(is_default=False)
    Agent.objects.filter(pk=borg.pk).update(is_default=True)

    html = client.get("/").content.decode()
    assert "All of Borg" in html
    assert "acme" not in html.lower()


def test_an_agent_without_words_has_a_plain_landing_page(client, both):
    _acme, borg = both
    borg.landing_page.delete()
    Agent.objects.update(is_default=False)
    Agent.objects.filter(pk=borg.pk).update(is_default=True)

    html = client.get("/").content.decode()

    assert "Ask us anything" in html
    assert "Borg Ltd" in html
    assert "acme" not in html.lower()


def test_an_agent_that_is_off_names_no_other_company(client, both):
    Agent.objects.filter(slug="borg").update(is_active=False)

    for url in (reverse("chat", args=["borg"]), reverse("default_chat") + "?agent=borg"):
        html = client.get(url).content.decode()
        assert "Borgbot is not available" in html
        assert "acme" not in html.lower()
        assert "/" not in links_in(html)


def test_an_agent_that_is_gone_names_nobody(client, both):
    html = client.get(reverse("chat", args=["nobody"])).content.decode()

    assert "acme" not in html.lower()
    assert "borg" not in html.lower()


def test_what_was_refused_is_said_on_the_agents_own_page(client, both):
    session = Session.objects.get(agent__slug="borg")
    for url in (reverse("first_message", args=["borg"]), reverse("messages", args=[session.pk])):
        html = client.post(url, {"content": "a" * 20_000}).content.decode()
        assert "Borg Ltd" in html
        assert "acme" not in html.lower()
        assert "/chat/borg/" in links_in(html)


def test_agents_that_are_offered_together_are_in_each_others_pages(client, both):
    Brand.objects.update(family="One")

    html = client.get(reverse("chat", args=["borg"])).content.decode()
    assert 'href="/chat/acme/"' in html
    assert "What does Acme sell?" in html
    Agent.objects.filter(slug="borg").update(is_active=False)
    assert "Ask Acmebot" in client.get(reverse("chat", args=["borg"])).content.decode()
    assert client.get(reverse("default_chat") + "?agent=borg")["Location"] == "/chat/acme/"


def test_a_message_brings_the_side_bar_of_its_own_company(client, both):
    session = Session.objects.get(agent__slug="borg")

    html = client.post(
        reverse("messages", args=[session.pk]), {"content": "And now?"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "What does Borg sell?" in html
    assert "acme" not in html.lower()


def test_a_sheet_is_kept_for_good_at_its_address_and_shortly_at_any_other(client, both):
    brand = both[0].brand
    for url in (brand.theme_url, brand.custom_css_url):
        assert "immutable" in client.get(url)["Cache-Control"]
        assert client.get(url.partition("?")[0])["Cache-Control"] == "public, max-age=300"
        assert client.get(f"{url}0")["Cache-Control"] == "public, max-age=300"
    assert client.get(brand.custom_css_url).content.decode().startswith("@scope (#panel)")
    html = client.get("/chat/acme/").content.decode()
    assert html.index("css/panel.") < html.index(brand.theme_url) < html.index(brand.custom_css_url)


def test_the_foot_of_the_chat_has_the_companys_links_and_says_who_made_it_where_staff_let_it(client, both):
    html = client.get("/chat/borg/").content.decode()
    assert "Powered by Salesagent" in html
    assert 'href="https://borg.example/imprint"' in html
    assert "panel__legal" not in client.get("/").content.decode(), "the landing page has them at its own foot"

    Brand.objects.update(shows_powered_by=False, legal_url="")

    html = client.get("/chat/borg/").content.decode()
    assert "Powered by" not in html
    assert "Imprint" not in html


def test_the_landing_page_of_an_agent_that_is_off_stays_its_company_s_and_invites_nobody(client, both):
    acme, _borg = both
    page = client.get("/").content.decode()
    assert 'id="panel"' in page
    assert 'id="launcher"' in page

    Agent.objects.filter(pk=acme.pk).update(is_active=False)

    page = client.get("/").content.decode()
    assert acme.brand.company in page
    assert "All of Acme" in page
    assert f"{acme.name} is not available at the moment" in page
    for invitation in ('id="panel"', 'id="launcher"', "data-open-chat", "data-focus-chat", "Ask us anything"):
        assert invitation not in page
    assert f'href="{reverse("chat", args=[acme.slug])}"' not in page
    assert "borg" not in page.lower()


def test_a_landing_page_without_anybody_asks_for_no_questions(client, both):
    acme, _borg = both
    acme.landing_page.delete()
    Agent.objects.filter(pk=acme.pk).update(is_active=False)
    assert "Ask us anything" not in client.get("/").content.decode()

    Agent.objects.all().delete()

    page = client.get("/").content.decode()
    assert "Ask us anything" not in page
    assert "Nobody answers here at the moment" in page

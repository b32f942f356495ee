"""The test beside the list of web sites: what it answers of what is not saved, in which words, and who may ask."""

import pytest
from django.urls import reverse

from agents.staff.host_check import verdict
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"


@pytest.fixture
def agent(client):
    client.force_login(SuperuserFactory())
    return AgentFactory(slug="ada", hosts=[SHOP])


def asked(client, agent, page, hosts=SHOP, **more):
    data = {"page": page, "hosts": hosts, "is_active": "on", **more}
    response = client.post(url(agent), {name: value for name, value in data.items() if value is not None})
    assert response.status_code == 200
    answer = response.json()
    return answer["may"], answer["words"]


def url(agent):
    return reverse("admin:agents_agent_host_check", args=[agent.pk])


@pytest.mark.parametrize(
    ("page", "hosts", "words"),
    [
        ("https://other.example/a", [SHOP], "No: https://other.example is not listed."),
        ("shop.example", [], "No: no web site is listed. Add https://shop.example."),
        ("http://shop.example/a", [SHOP], "No: https://shop.example is listed, and this page is not on https."),
        ("https://shop.example:8443", [SHOP], "No: https://shop.example is listed, with another port."),
        ("https://shop.example", ["https://*.shop.example"], "No: https://*.shop.example stands for subdomains only."),
        ("www.shop.example", [SHOP], "No: https://shop.example stands for no subdomain. Add https://www.shop.example."),
        ("http://shop.example:81", ["https://other.example", SHOP], "and this page is not on https"),
        ("https://badshop.example", ["https://*.shop.example"], "No: https://badshop.example is not listed."),
        ("https://*.shop.example", ["https://*.shop.example"], "Write the address of one of its pages."),
    ],
)
def test_why_a_page_may_not_is_said_in_words(page, hosts, words):
    may, said = verdict(page, hosts)

    assert not may
    assert words in said


def test_a_page_may_where_it_is_listed_and_on_the_site_itself(client, agent):
    assert asked(client, agent, f"{SHOP}/lamps?a=1") == (
        True,
        "Yes: pages of https://shop.example may show this agent.",
    )
    assert asked(client, agent, "http://testserver/chat/")[0]
    assert not asked(client, agent, "http://testserver.evil.example/")[0]


def test_what_is_not_saved_counts_and_is_called_that(client, agent):
    may, words = asked(client, agent, "https://new.example", f"{SHOP}\r\nnew.example\r\n")

    assert may
    assert "Save the agent first" in words
    agent.refresh_from_db()
    assert agent.hosts == [SHOP]


def test_an_agent_that_is_off_or_will_be_is_shown_nowhere(client, agent):
    assert asked(client, agent, SHOP, is_active=None) == (
        False,
        "No: this agent is not active, so no web site shows it.",
    )


@pytest.mark.parametrize(("page", "hosts"), [("", SHOP), ("<b>", SHOP), (SHOP, "https://*"), ("x" * 5000, SHOP)])
def test_what_cannot_be_read_is_named(client, agent, page, hosts):
    may, words = asked(client, agent, page, hosts)

    assert not may
    assert "“" in words


def test_others_may_not_ask(client):
    agent = AgentFactory(slug="ada")
    assert client.post(url(agent), {"page": SHOP}).status_code == 302

    client.force_login(StaffFactory(may=["conversations.view_session"]))

    assert client.post(url(agent), {"page": SHOP}).status_code == 403
    client.force_login(SuperuserFactory())
    assert client.get(url(agent)).status_code == 405

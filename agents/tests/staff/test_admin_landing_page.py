"""The words of the landing page in the admin: of each agent its own."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agents.models import Agent, LandingPage
from agents.tests.factories import AgentFactory, LandingPageFactory, StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/landingpage/"
ADD = f"{LIST}add/"
WORDS = {
    "headline": "Good coffee",
    "subline": "Machines and beans",
    "primary_action": "Ask",
    "secondary_action": "See how",
    "how_title": "How it answers",
    "how_question": "How much?",
    "questions": "",
    "features-TOTAL_FORMS": 1,
    "features-INITIAL_FORMS": 0,
    "features-0-position": 0,
    "features-0-title": "Roasted weekly",
    "features-0-text": "Every Monday.",
    "features-0-proof": "",
}


def of(agent: Agent, **changes: object) -> dict[str, object]:
    return {"agent": agent.pk, **WORDS, **changes}


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def test_the_list_says_whose_words_are_shown(client, staff):
    LandingPageFactory(agent=AgentFactory(name="Bob"))
    LandingPageFactory(agent=AgentFactory(name="Ada", is_default=True))

    rows = client.get(LIST).content.decode().split("<tbody>")[1].split("<tr>")[1:]

    names = [("Ada" in row, "On the landing page" in row, "Kept" in row) for row in rows]
    assert names == [(True, True, False), (False, False, True)]


def test_the_page_is_saved_with_its_features(client, staff):
    client.post(ADD, of(AgentFactory()))

    assert LandingPage.objects.get().features.get().title == "Roasted weekly"


def test_an_agent_has_no_second_page(client, staff):
    page = LandingPageFactory()
    AgentFactory()

    assert "valid choice" in str(client.post(ADD, of(page.agent)).context["errors"])
    assert LandingPage.objects.count() == 1


def test_where_every_agent_has_its_words_none_are_added(client, staff):
    LandingPageFactory()

    assert client.get(ADD).status_code == 403


def test_a_page_is_deleted_with_its_agent_and_by_itself(client, staff):
    page, other = LandingPageFactory(), LandingPageFactory()

    client.post(reverse("admin:agents_landingpage_delete", args=[page.pk]), {"post": "yes"})
    client.post(reverse("admin:agents_agent_delete", args=[other.agent.pk]), {"post": "yes"})

    assert not LandingPage.objects.exists()


def test_an_agents_page_leads_to_its_words(client, staff):
    agent = AgentFactory()
    form = reverse("admin:agents_agent_change", args=[agent.pk])

    assert f"{ADD}?agent={agent.pk}" in client.get(form).content.decode()
    page = LandingPageFactory(agent=agent)
    assert reverse("admin:agents_landingpage_change", args=[page.pk]) in client.get(form).content.decode()


def test_a_missing_headline_is_named(client, staff):
    response = client.post(ADD, of(AgentFactory(), headline=""))

    assert "required" in str(response.context["errors"])
    assert not LandingPage.objects.exists()


def test_a_headline_is_enough(client, staff):
    plain = dict.fromkeys(("subline", "primary_action", "secondary_action", "how_title", "how_question"), "")

    client.post(ADD, of(AgentFactory(), **plain))

    assert LandingPage.objects.get().headline == "Good coffee"


def test_who_saved_the_words_reads_at_once_what_the_page_leaves_out(client, staff):
    agent = AgentFactory()  # it knows nothing

    added = client.post(ADD, of(agent), follow=True)
    page = reverse("admin:agents_landingpage_change", args=[LandingPage.objects.get().pk])
    again = {"features-TOTAL_FORMS": 0, "questions": "Do you deliver?"}
    changed = client.post(page, of(agent, **again), follow=True)

    assert added.redirect_chain == changed.redirect_chain == [(page, 302)]
    assert "has no answer: How much?" in added.content.decode()
    assert "How much? · Do you deliver?" in changed.content.decode()


def test_others_are_refused(client):
    LandingPageFactory()
    assert client.get(LIST).url.startswith("/admin/login/")

    client.force_login(StaffFactory())
    assert client.get(LIST).status_code == 403


def test_staff_who_may_only_look_cannot_save(client):
    page = LandingPageFactory()
    client.force_login(StaffFactory(may=["agents.view_landingpage"]))
    url = reverse("admin:agents_landingpage_change", args=[page.pk])

    assert 'name="_save"' not in client.get(url).content.decode()
    assert client.post(url, WORDS).status_code == 403

"""The first page of the admin: what to do now, figures of seven days, the agents; each person sees what they may."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agents.models import Agent
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.models import Reply, Session
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from knowledge.models import Document
from knowledge.tests.factories import DocumentFactory
from leads.tests.factories import LeadFactory
from lib.staff import home
from lib.staff.home import StaffPage, ToDo, permitted

pytestmark = pytest.mark.django_db
HOME = "/admin/"
MAX_QUERIES = 22


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def home_of(client) -> str:
    return html.unescape(client.get(HOME).content.decode())


def waiting(client) -> dict[str, str]:
    """What is said -> where it leads."""
    return {one.told: one.url for one in client.get(HOME).context["waiting"]}


def test_it_says_what_waits_and_leads_to_as_many_rows_as_it_says(client, staff):
    LeadFactory()
    LeadFactory(seen_at=timezone.now())
    twice = SessionFactory()
    for _ in range(2):
        ReplyFactory(session=twice, certainty=Reply.Certainty.REFUSED)
    ReplyFactory(state=Reply.State.FAILED)
    DocumentFactory(status=Document.Status.FAILED)
    DocumentFactory(status=Document.Status.READY)

    told = waiting(client)

    assert list(told) == [
        "1 new lead nobody has seen",
        "In 1 conversation of the last 7 days a question was not answered",
        "In 1 conversation of the last 7 days an answer failed",
        "1 document could not be indexed",
    ]
    for url in told.values():
        assert client.get(url).context["cl"].result_count == 1, url


def test_what_is_older_than_seven_days_does_not_wait_for_ever(client, staff):
    reply = ReplyFactory(certainty=Reply.Certainty.REFUSED, state=Reply.State.FAILED)
    Reply.objects.filter(pk=reply.pk).update(created_at=timezone.now() - timedelta(days=8))

    assert waiting(client) == {}
    assert "Nothing waits for you." in home_of(client)


@pytest.mark.parametrize(
    ("may", "number", "figures"),
    [
        ([], 0, set()),
        (["leads.view_lead"], 1, {"leads"}),
        (["knowledge.view_document"], 1, set()),
        (["conversations.view_session"], 1, {"conversations", "messages", "answers", "first-token"}),
    ],
)
def test_a_person_sees_only_what_they_may(client, may, number, figures):
    LeadFactory(session=ReplyFactory(certainty=Reply.Certainty.REFUSED).message.session)
    DocumentFactory(status=Document.Status.FAILED)
    client.force_login(StaffFactory(may=may))

    page = client.get(HOME)

    assert len(page.context["waiting"]) == number
    assert {chart.name for chart in page.context["charts"]} == figures
    assert page.context["cards"] == []


def test_who_may_see_nothing_is_told_whom_to_ask(client):
    client.force_login(StaffFactory())

    assert "Ask an administrator to add you to a group." in home_of(client)


def test_figures_are_by_day(client, staff):
    today, old = SessionFactory(), SessionFactory()
    ReplyFactory(session=today, certainty=Reply.Certainty.ANSWERED, first_token_ms=1200)
    ReplyFactory(session=today, certainty=Reply.Certainty.HEDGED, first_token_ms=200)
    failed = ReplyFactory(session=old, state=Reply.State.FAILED)
    ReplyFactory(session=old, state=Reply.State.RUNNING)
    told = MessageFactory(session=today, role="assistant", content="Nobody could come.")
    Reply.objects.create(message=told, question=None, state=Reply.State.COMPLETE)  # the agent, by itself
    before = timezone.now() - timedelta(days=3)
    Session.objects.filter(pk=old.pk).update(created_at=before)
    Reply.objects.filter(pk=failed.pk).update(created_at=before)

    charts = {chart.name: chart for chart in client.get(HOME).context["charts"]}

    assert charts["conversations"].values == (0, 0, 0, 1, 0, 0, 1)
    assert charts["messages"].total == "9"
    shares = {part.label: part.values for part in charts["answers"].parts}
    assert shares["answered"] == (0, 0, 0, 0, 0, 0, 1)
    assert shares["not sure"] == (0, 0, 0, 0, 0, 0, 1)
    assert shares["failed"] == (0, 0, 0, 1, 0, 0, 0)
    assert charts["first-token"].values[-1] == 200
    assert charts["first-token"].values[0] is None
    assert charts["first-token"].total == "200 ms"


def test_each_chart_is_named_described_and_a_table_too(client, staff):
    ReplyFactory(certainty=Reply.Certainty.ANSWERED)

    page = home_of(client)

    drawing = re.search(r'<svg class="chart__drawing"[^>]*aria-labelledby="([^"]*)"', page)
    for part in drawing[1].split():
        assert f'id="{part}"' in page
    assert "Today 1; in the last seven days 1." in page
    assert "In the last seven days: answered 100 %" in page
    assert "<caption>Conversations</caption>" in page
    assert page.count('scope="row"') >= 7
    assert "style=" not in page.split("<main")[1].split("</main>")[0]


def test_without_conversations_it_says_how_to_begin(client, staff):
    page = home_of(client)

    assert "No conversations in the last 7 days. Open the page and ask something." in page
    assert "No agents yet." in page
    assert '<svg class="chart__drawing"' not in page


def test_an_agent_is_a_card_with_each_of_its_places_one_click_away(client, staff):
    agent = AgentFactory(name="Wren")
    DocumentFactory.create_batch(2, agent=agent)
    SessionFactory(agent=agent)

    (card,) = client.get(HOME).context["cards"]

    links = {link.label: (link.url, link.number) for link in card.links}
    own = reverse("admin:agents_agent_change", args=[agent.pk])
    assert links == {
        "Settings": (own, None),
        "People": (f"{own}#handover_settings-group", 0),
        "Knowledge": (f"/admin/knowledge/document/?agent__id__exact={agent.pk}", 2),
        "Websites": (f"/admin/knowledge/website/?agent__id__exact={agent.pk}", 0),
        "Conflicts": (f"/admin/knowledge/conflict/?state__exact=open&agent__id__exact={agent.pk}", 0),
        "Conversations": (f"/admin/conversations/session/?agent__id__exact={agent.pk}", 1),
        "Leads": (f"/admin/leads/lead/?agent__id__exact={agent.pk}", 0),
        "Questions": (f"{own}#questions-group", None),
        "Gaps": (f"/admin/evaluation/gap/?status__exact=open&agent__id__exact={agent.pk}", 0),
        "Cases": (f"/admin/evaluation/case/?agent__id__exact={agent.pk}", 0),
        "Try it out": (agent.get_absolute_url(), None),
    }


def test_every_page_of_an_agent_leads_to_it_and_to_its_other_places(client, staff):
    agent = AgentFactory(name="Wren")
    reply = ReplyFactory(session=SessionFactory(agent=agent))
    lead = LeadFactory(session=reply.message.session)
    document = DocumentFactory(agent=agent)
    own = reverse("admin:agents_agent_change", args=[agent.pk])
    pages = {
        own: "Settings",
        f"/admin/knowledge/document/?agent__id__exact={agent.pk}": "Knowledge",
        reverse("admin:knowledge_document_change", args=[document.pk]): "Knowledge",
        f"/admin/conversations/session/?agent__id__exact={agent.pk}": "Conversations",
        reverse("admin:conversations_session_change", args=[reply.message.session_id]): "Conversations",
        f"/admin/leads/lead/?agent__id__exact={agent.pk}": "Leads",
        reverse("admin:leads_lead_change", args=[lead.pk]): "Leads",
        reverse("admin:agents_agent_prompts", args=[agent.pk]): None,
    }

    for url, place in pages.items():
        bar = re.search(r'<nav class="agent-bar".*?</nav>', home_page(client, url), re.DOTALL)
        assert bar, url
        assert f'<a class="agent-bar__name" href="{own}">Wren</a>' in bar[0]
        for label in ("Settings", "Knowledge", "Conversations", "Leads", "Questions", "Try it out"):
            assert f">{label}</a>" in bar[0], (url, label)
        assert re.findall(r'aria-current="page"\s*>([^<]*)<', bar[0]) == ([place] if place else []), url


def home_page(client, url) -> str:
    return html.unescape(client.get(url).content.decode())


def test_an_agent_that_is_off_has_no_try_out(client, staff):
    AgentFactory(is_active=False)

    (card,) = client.get(HOME).context["cards"]

    assert "Try it out" not in {link.label for link in card.links}


@pytest.mark.parametrize("written", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_address_with_an_agent_that_is_not_there_shows_no_bar(client, staff, written):
    assert "agent-bar" not in client.get(f"/admin/leads/lead/?agent__id__exact={written}", follow=True).content.decode()


def test_many_rows_take_as_many_queries_as_few(client, staff):
    def fill() -> None:
        lead = LeadFactory(session=ReplyFactory(certainty=Reply.Certainty.REFUSED).message.session)
        DocumentFactory(agent=lead.agent, status=Document.Status.FAILED)

    fill()
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    for _ in range(10):
        fill()
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)

    assert Agent.objects.count() == 11
    assert len(many) == len(few)
    assert len(many) <= MAX_QUERIES


def test_what_only_administrators_need_is_under_administration(client, staff):
    page = home_page(client, "/admin/agents/agent/")
    side = re.search(r'<nav class="sticky" id="nav-sidebar".*?</nav>', page, re.DOTALL)[0]

    assert 'href="/admin/leads/lead/"' in side
    assert 'href="/admin/administration/"' in side
    for path in ("auth/group/", "axes/accessattempt/", "access/apikey/"):
        assert f"/admin/{path}" not in side
        assert f'href="/admin/{path}"' in home_page(client, "/admin/administration/")


def test_what_an_app_registers_is_shown_to_those_who_may_see_it(client, monkeypatch):
    monkeypatch.setattr(home, "_to_dos", {})
    monkeypatch.setattr(home, "_pages", {})
    may_see = permitted("leads.view_lead")
    for name, position in (("later", 60), ("first", 10)):
        home.add_to_do(ToDo(name, lambda request: 2, f"{name} {{}}".format, lambda: "/x/", may_see, position=position))
    home.add_to_do(ToDo("none", lambda request: 0, str, lambda: "/x/", may_see))
    home.add_page(StaffPage("desk", "Desk", lambda: "/admin/desk/", may_see))

    client.force_login(StaffFactory(may=["leads.view_lead"]))
    page = client.get(HOME)
    assert [one.told for one in page.context["waiting"]] == ["first 2", "later 2"]
    assert 'href="/admin/desk/"' in page.content.decode()
    client.force_login(StaffFactory(may=["knowledge.view_document"]))
    page = client.get(HOME)
    assert page.context["waiting"] == []
    assert "/admin/desk/" not in page.content.decode()


def test_who_may_see_nothing_of_administration_is_not_led_there(client):
    client.force_login(StaffFactory(may=["leads.view_lead"]))

    assert "/admin/administration/" not in home_page(client, HOME)

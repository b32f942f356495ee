"""What staff can do with agents in the admin."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import Agent
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.models import Session
from fakes.effort import within_effort

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/agent/"


@pytest.fixture
def staff(client):
    user = SuperuserFactory()
    client.force_login(user)
    return user


def form_of(agent: Agent | None = None, **changes: object) -> dict[str, object]:
    """What the browser sends for an untouched form, with `changes`."""
    published = agent.published_prompt if agent else None
    data = {
        "name": agent.name if agent else "Robin",
        "slug": agent.slug if agent else "robin",
        "system_prompt": published.text if published else "Be kind.",
        "based_on": published.number if published else "",
        "note": "",
        "accent": "#3355cc",
        "is_active": "on",
        "brand-TOTAL_FORMS": 0,
        "brand-INITIAL_FORMS": 0,
        "fallback_texts-TOTAL_FORMS": 0,
        "fallback_texts-INITIAL_FORMS": 0,
        "voice-TOTAL_FORMS": 0,
        "voice-INITIAL_FORMS": 0,
        "pronunciations-TOTAL_FORMS": 0,
        "pronunciations-INITIAL_FORMS": 0,
        "questions-TOTAL_FORMS": 0,
        "questions-INITIAL_FORMS": 0,
        "lead_settings-TOTAL_FORMS": 0,
        "lead_settings-INITIAL_FORMS": 0,
        "embed_settings-TOTAL_FORMS": 0,
        "embed_settings-INITIAL_FORMS": 0,
        "handover_settings-TOTAL_FORMS": 0,
        "handover_settings-INITIAL_FORMS": 0,
        "memory_settings-TOTAL_FORMS": 0,
        "memory_settings-INITIAL_FORMS": 0,
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def change_url(agent: Agent) -> str:
    return reverse("admin:agents_agent_change", args=[agent.pk])


def test_the_list_names_state_sessions_and_version(client, staff):
    agent = AgentFactory(name="Wren", is_default=True)
    agent.sessions.create()

    page = client.get(LIST).content.decode()

    assert "On the landing page" in page
    assert f'href="{agent.get_absolute_url()}"' in page
    assert re.search(r'<td class="field-session_count"><a href="[^"]+">1</a></td>', page)
    assert '<td class="field-prompt_number">1</td>' in page


def test_the_list_begins_with_the_agent_that_was_active_last(client, staff):
    AgentFactory(name="Asleep")
    busy = AgentFactory(name="Busy")
    busy.sessions.create()

    page = client.get(LIST)

    assert page.context["cl"].result_list[0] == busy


def test_an_empty_list_says_what_to_do(client, staff):
    assert "No agents yet" in client.get(LIST).content.decode()


def test_thirty_agents_take_as_many_queries_as_three(client, staff, django_assert_num_queries):
    for _ in range(3):
        AgentFactory().sessions.create()
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(27):
        AgentFactory().sessions.create()

    with django_assert_num_queries(len(few)):
        client.get(LIST)


@pytest.mark.parametrize("may", [[], ["conversations.view_session"]])
def test_staff_without_permission_are_refused(client, may):
    agent = AgentFactory()
    client.force_login(StaffFactory(may=may))

    assert client.get(LIST).status_code == 403
    assert client.get(change_url(agent)).status_code == 403


def test_a_visitor_is_sent_to_the_login(client):
    response = client.get(LIST)

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


def test_staff_who_may_only_look_see_no_way_to_change(client):
    agent = AgentFactory(prompt="Be exact.")
    client.force_login(StaffFactory(may=["agents.view_agent"]))

    page = client.get(change_url(agent)).content.decode()

    assert "Be exact." in page
    assert "Duplicate" not in page
    assert "What changed" not in page
    assert 'name="_save"' not in page
    assert client.post(change_url(agent), form_of(agent, name="New")).status_code == 403


def test_a_new_agent_gets_its_prompt_as_version_1(client, staff):
    response = client.post(f"{LIST}add/", form_of())

    agent = Agent.objects.get()
    assert response.status_code == 302
    assert (agent.system_prompt, agent.published_prompt.number, agent.published_prompt.author) == ("Be kind.", 1, staff)


def test_a_changed_prompt_is_published_with_author_and_note(client, staff):
    agent = AgentFactory()

    client.post(change_url(agent), form_of(agent, system_prompt="Be\r\nbrief.", note="Shorter"))

    agent.refresh_from_db()
    published = agent.published_prompt
    assert (published.number, published.text, published.note, published.author) == (2, "Be\nbrief.", "Shorter", staff)


def test_after_saving_one_stays_on_the_agents_page(client, staff):
    agent = AgentFactory()

    page = client.post(f"{change_url(agent)}?_changelist_filters=q%3Drobin", form_of(agent, name="Wren"), follow=True)

    assert page.redirect_chain == [(f"{change_url(agent)}?_changelist_filters=q%3Drobin", 302)]
    assert "was changed successfully" in page.content.decode()
    assert "Save and continue editing" not in page.content.decode()


def test_after_adding_one_is_on_the_new_agents_page(client, staff):
    page = client.post(f"{LIST}add/", form_of(), follow=True)

    assert page.redirect_chain == [(change_url(Agent.objects.get()), 302)]
    assert "was added successfully" in page.content.decode()


def test_a_new_agent_needs_a_name_and_no_more(client, staff):
    form = client.get(f"{LIST}add/").context["adminform"].form
    begun_with = str(form["system_prompt"].value())

    client.post(f"{LIST}add/", form_of(system_prompt=begun_with))

    assert begun_with
    assert Agent.objects.get().system_prompt == begun_with


def test_an_agent_without_a_published_prompt_is_not_given_the_first_one(client, staff):
    agent = Agent.objects.create(name="Ada", slug="ada")  # as a program makes one

    form = client.get(change_url(agent)).context["adminform"].form

    assert form["system_prompt"].value() == ""


def test_save_and_add_another_opens_an_empty_form(client, staff):
    assert client.post(f"{LIST}add/", form_of(_addanother="1")).url == f"{LIST}add/"


def test_who_may_only_add_is_not_sent_to_a_page_they_may_not_see(client):
    client.force_login(StaffFactory(may=["agents.add_agent"]))

    page = client.post(f"{LIST}add/", form_of(), follow=True)

    assert page.status_code == 200
    assert "was added successfully" in page.content.decode()


def test_saving_without_a_change_publishes_nothing(client, staff):
    agent = AgentFactory(prompt="One\nTwo\n")

    client.post(change_url(agent), form_of(agent, name="Other", system_prompt="One\r\nTwo\r\n"))

    agent.refresh_from_db()
    assert agent.name == "Other"
    assert agent.prompt_versions.count() == 1


def test_a_prompt_that_was_published_meanwhile_is_not_overwritten(client, staff):
    agent = AgentFactory()
    mine = form_of(agent, system_prompt="Mine")
    agent.publish("Theirs")

    response = client.post(change_url(agent), mine)

    agent.refresh_from_db()
    assert "was published while you were writing" in response.content.decode()
    assert agent.system_prompt == "Theirs"


def test_an_old_form_with_an_untouched_prompt_does_not_bring_it_back(client, staff):
    agent = AgentFactory()
    mine = form_of(agent, name="Renamed")
    agent.publish("Theirs")

    client.post(change_url(agent), mine)

    agent.refresh_from_db()
    assert (agent.name, agent.system_prompt) == ("Renamed", "Theirs")


def test_taking_the_landing_page_takes_it_from_the_other_agent(client, staff):
    other = AgentFactory(name="Wren", is_default=True)
    agent = AgentFactory(name="Robin")

    response = client.post(change_url(agent), form_of(agent, on_landing_page="on"), follow=True)

    other.refresh_from_db()
    agent.refresh_from_db()
    assert (agent.is_default, other.is_default) == (True, False)
    assert "Robin is on the landing page now, instead of Wren." in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "required"),
        ("slug", "not a slug", "valid"),
        ("system_prompt", " \n ", "required"),
        ("accent", "red", "Write a colour"),
        ("temperature", "9", "less than or equal"),
        ("max_tokens", "1", "greater than or equal"),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(client, staff, field, value, words):
    response = client.post(f"{LIST}add/", form_of(**{field: value}))

    assert response.status_code == 200
    assert words in str(response.context["errors"])
    assert not Agent.objects.exists()


def test_an_agent_that_is_off_cannot_take_the_landing_page(client, staff):
    response = client.post(f"{LIST}add/", form_of(is_active=None, on_landing_page="on"))

    assert "switched off cannot be on the landing page" in response.content.decode()


def test_fallback_texts_are_saved_with_the_agent(client, staff):
    agent = AgentFactory()
    texts = {
        "fallback_texts-TOTAL_FORMS": 1,
        "fallback_texts-0-cause": "timed_out",
        "fallback_texts-0-text": "That took too long.",
    }

    client.post(change_url(agent), form_of(agent, **texts))

    assert agent.fallback_texts.get().text == "That took too long."


def test_files_are_off_until_staff_switch_them_on_and_a_copy_is_as_its_original():
    agent = AgentFactory()
    assert agent.takes_attachments is False
    agent.takes_attachments = True
    agent.save()

    assert agent.duplicate().takes_attachments is True


@pytest.mark.parametrize("ticked", ["on", None])
def test_staff_say_whether_an_agent_asks_if_its_answers_helped(client, staff, ticked):
    agent = AgentFactory()
    assert agent.asks_feedback is True

    client.post(change_url(agent), form_of(agent, asks_feedback=ticked))

    agent.refresh_from_db()
    assert agent.asks_feedback is agent.duplicate().asks_feedback is bool(ticked)


def test_duplicate_makes_an_inactive_copy_and_opens_it(client, staff):
    agent = AgentFactory(prompt="Be exact.")

    response = client.post(reverse("admin:agents_agent_duplicate", args=[agent.pk]))

    copy = Agent.objects.exclude(pk=agent.pk).get()
    assert response.url == change_url(copy)
    assert (copy.is_active, copy.system_prompt, copy.published_prompt.author) == (False, "Be exact.", staff)


def test_a_copy_says_what_stays_with_the_original(client, staff):
    agent = AgentFactory(name="Wren")

    page = client.post(reverse("admin:agents_agent_duplicate", args=[agent.pk]), follow=True).content.decode()

    assert "Prompt, settings and voice are copied." in page
    assert "Knowledge, avatar, conversations and recordings stay with Wren" in page
    assert not Agent.objects.exclude(pk=agent.pk).get().documents.exists()


@pytest.mark.parametrize("is_active", [True, False])
def test_deleting_says_what_goes_along_and_offers_to_switch_off(client, staff, is_active):
    agent = AgentFactory(is_active=is_active)

    page = client.get(reverse("admin:agents_agent_delete", args=[agent.pk])).content.decode()

    assert "Its knowledge, its conversations and their recordings are deleted with it" in page
    assert ("switch it off instead" in page) is is_active


def test_deleting_several_says_what_goes_along(client, staff):
    chosen = {"action": "delete_selected", "_selected_action": [AgentFactory().pk, AgentFactory().pk]}

    page = client.post(LIST, chosen).content.decode()

    assert "Their knowledge, their conversations and the recordings are deleted with them" in page


def test_duplicate_needs_post_permission_and_an_agent(client):
    agent = AgentFactory()
    url = reverse("admin:agents_agent_duplicate", args=[agent.pk])

    client.force_login(StaffFactory(may=["agents.view_agent", "agents.change_agent"]))
    assert client.post(url).status_code == 403

    client.force_login(SuperuserFactory())
    assert client.get(url).status_code == 405
    assert client.post(url.replace(str(agent.pk), "00000000-0000-4000-8000-000000000000")).status_code == 404
    assert Agent.objects.count() == 1


def test_duplicate_refuses_a_request_without_csrf_token(staff):
    agent = AgentFactory()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    assert strict.post(reverse("admin:agents_agent_duplicate", args=[agent.pk])).status_code == 403


def test_the_versions_stand_beside_the_editor(client, staff):
    agent = AgentFactory()
    agent.publish("Be brief.", author=staff, note="Shorter")

    page = client.get(change_url(agent)).content.decode()

    assert reverse("admin:agents_agent_prompt", args=[agent.pk, 1]) in page
    assert "Shorter" in page


def test_the_list_costs_in_proportion_to_its_sessions(staff, client):
    agent = AgentFactory()
    Session.objects.bulk_create([Session(agent=agent, visitor=str(number)) for number in range(3000)])

    page = within_effort(0.4, lambda: client.get(LIST)).content.decode()

    assert f'agent__id__exact={agent.pk}">3000<' in page.replace(",", "")

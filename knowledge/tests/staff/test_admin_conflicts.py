"""What staff see of conflicts between documents in the admin, and what they can do about them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from knowledge.models import Conflict, Document
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/knowledge/conflict/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.fixture
def agent():
    return AgentFactory(name="Ada")


def ready(agent, name: str) -> Document:
    return DocumentFactory(agent=agent, name=name, status="ready", is_owed=False)


def conflict_of(agent, alike: str = "a", **fields) -> Conflict:
    said = {"one_quote": "The Brook <b> costs $1,249.", "one_start": 20, "one_end": 26, "one_text": "The Brook. " * 20}
    said |= {"other_quote": "Brook: $1,199", "other_start": 7, "other_end": 13, "other_text": "Brook: $1,199"}
    said |= {"one": ready(agent, "Bikes"), "other": ready(agent, "Prices"), "kind": "contradiction", "topic": "money"}
    return Conflict.objects.create(agent=agent, alike=alike, **{**said, **fields})


def shown(client, path: str = f"{LIST}?state__exact=open") -> str:
    return client.get(path).content.decode()


def test_both_sides_are_shown_with_their_values_marked_and_a_way_to_each_document(staff, client, agent):
    conflict = conflict_of(agent)

    page = shown(client)

    assert "Two prices" in page
    assert "The Brook &lt;b&gt; costs <mark>$1,249</mark>." in page
    assert "Brook: <mark>$1,199</mark>" in page
    for document in (conflict.one, conflict.other):
        assert page.count(f"/admin/knowledge/document/{document.pk}/change/") == 2
    assert page.count("The whole passage") == 1


def test_the_same_two_quotes_in_several_documents_are_one_card(staff, client, agent):
    conflict_of(agent)
    conflict_of(agent)
    conflict_of(agent, "b")

    page = shown(client)

    assert page.count('<article class="conflict"') == 2
    assert "and in 1 more pair of documents" in page


def test_what_is_dismissed_says_why_and_can_be_opened_again(staff, client, agent):
    conflict, again = conflict_of(agent), conflict_of(agent)

    client.post(f"{LIST}{conflict.pk}/dismiss/?state__exact=open", {"reason": "both_right", "note": "two bikes"})

    assert set(Conflict.objects.values_list("state", "note")) == {("dismissed", "two bikes")}
    assert "two bikes" in shown(client, f"{LIST}?state__exact=dismissed")
    assert '<article class="conflict"' not in shown(client)
    client.post(f"{LIST}{again.pk}/reopen/")
    assert set(Conflict.objects.values_list("state", "note")) == {("open", "")}


def test_a_dismissal_needs_a_reason_and_something_open(staff, client, agent):
    conflict = conflict_of(agent)

    told = client.post(f"{LIST}{conflict.pk}/dismiss/", {"reason": "no such"}, follow=True).content.decode()

    assert "Choose why" in told
    Conflict.objects.update(state="resolved")
    told = client.post(f"{LIST}{conflict.pk}/dismiss/", {"reason": "wrong"}, follow=True).content.decode()
    assert "not open any more" in told


def test_who_may_only_look_can_close_nothing(client, agent):
    conflict = conflict_of(agent)
    reader = StaffFactory()
    reader.user_permissions.add(Permission.objects.get(codename="view_conflict"))
    client.force_login(reader)

    page = shown(client)

    assert "$1,249" in page
    assert ">Dismiss<" not in page
    assert "/admin/knowledge/document/" not in page
    assert client.post(f"{LIST}{conflict.pk}/dismiss/", {"reason": "wrong"}).status_code == 403
    client.force_login(StaffFactory())
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{conflict.pk}/change/").status_code == 403


def test_the_count_stands_on_the_agent_the_documents_and_the_first_page(staff, client, agent):
    conflict_of(agent)
    conflict_of(agent)

    link = f"{LIST}?state__exact=open&amp;agent__id__exact={agent.pk}"

    assert "1 conflict between documents" in shown(client, "/admin/")
    assert link in shown(client, f"/admin/agents/agent/{agent.pk}/change/")
    assert link in shown(client, f"/admin/knowledge/document/?agent__id__exact={agent.pk}")
    assert "1 conflict" in shown(client, "/admin/knowledge/document/")


def test_conflicts_of_a_page_that_is_gone_are_not_shown(staff, client, agent):
    conflict = conflict_of(agent)
    Document.objects.filter(pk=conflict.one_id).update(gone_at=timezone.now())

    assert '<article class="conflict"' not in shown(client, LIST)


def test_a_page_of_one_conflict_can_be_linked_to(staff, client, agent):
    conflict = conflict_of(agent, kind="duplicate", one_quote="", other_quote="", one_end=0, other_end=0, one_start=0)

    assert "The same passage twice" in shown(client, f"{LIST}{conflict.pk}/change/")
    assert client.get(f"{LIST}no-id/change/").status_code == 404


def test_many_conflicts_need_no_more_queries(staff, client, agent):
    conflict_of(agent)
    with CaptureQueriesContext(connection) as few:
        shown(client)
    for number in range(10):
        conflict_of(agent, str(number))
    with CaptureQueriesContext(connection) as many:
        shown(client)

    assert len(many) == len(few)

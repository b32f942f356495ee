"""Questions and leads over the API: what is read, changed, refused and forgotten."""

import json

import pytest

from conversations.models import Session
from conversations.tests.rest.conftest import visitor_of
from leads.models import Lead
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db

PEOPLE = {"key": "people", "label": "People", "ask": "How many?", "kind": "number", "required": True}
BUDGET = {"key": "budget", "label": "Budget", "ask": "How much?", "kind": "money", "when": "people"}


def put(client, agent, questions):
    return client.put(
        f"/api/v1/agents/{agent.pk}/questions", json.dumps({"questions": questions}), content_type="application/json"
    )


def test_questions_are_replaced_in_their_order(program, agent):
    first = put(program, agent, [PEOPLE, BUDGET])
    second = put(program, agent, [BUDGET | {"when": ""}, PEOPLE])

    assert [question["key"] for question in first.json()["questions"]] == ["people", "budget"]
    assert [question["key"] for question in second.json()["questions"]] == ["budget", "people"]
    assert program.get(f"/api/v1/agents/{agent.pk}/questions").json() == second.json()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ([PEOPLE, PEOPLE], 409),
        ([PEOPLE | {"kind": "choice", "choices": ["one"]}], 409),
        ([BUDGET], 409),
        ([PEOPLE | {"key": "Two Words"}], 422),
        ([PEOPLE | {"kind": "guess"}], 422),
        ([PEOPLE | {"ask": "  "}], 422),
        ([PEOPLE | {"key": f"k{number}"} for number in range(21)], 422),
    ],
)
def test_wrong_questions_are_refused_and_the_old_ones_stay(program, agent, wrong, status):
    put(program, agent, [PEOPLE])

    response = put(program, agent, wrong)

    assert response.status_code == status
    assert [question.key for question in agent.questions.all()] == ["people"]


def test_leads_are_listed_newest_first_with_their_facts(program):
    older = LeadFactory(status="open")
    FactFactory(lead=older, value="40")
    newer = LeadFactory(session__agent=older.agent, notes="call on Monday")
    LeadFactory(session__agent=older.agent, merged_into=newer)

    found = program.get("/api/v1/leads").json()

    assert [lead["id"] for lead in found["leads"]] == [str(newer.pk), str(older.pk)]
    assert (found["total"], found["next"]) == (2, None)
    assert found["leads"][1]["facts"][0] | {"created_at": ""} == {
        "key": "people",
        "label": "People",
        "value": "40",
        "words": "40",
        "message_id": str(older.facts.get().message_id),
        "confidence": 1.0,
        "by": "rule",
        "is_confirmed": False,
        "is_declined": False,
        "created_at": "",
    }
    for query, count in (("status=open", 1), ("q=40", 1), ("q=monday", 1), ("stage=close", 0), ("q=40 monday", 0)):
        assert program.get(f"/api/v1/leads?{query}").json()["total"] == count


def test_pages_follow_each_other(program):
    agent = LeadFactory().agent
    for _each in range(4):
        LeadFactory(session__agent=agent)

    first = program.get("/api/v1/leads?limit=3").json()
    second = program.get(f"/api/v1/leads?limit=3&after={first['next']}").json()

    assert len(first["leads"]) == 3
    assert len(second["leads"]) == 2
    assert second["next"] is None


def test_a_lead_is_changed_by_its_parts(program, django_user_model):
    lead = LeadFactory()
    django_user_model.objects.create_user("ann", is_staff=True)

    def patch(**fields):
        return program.patch(f"/api/v1/leads/{lead.pk}", json.dumps(fields), content_type="application/json")

    assert patch(status="won", owner="ann").json() | {"status": "won", "owner": "ann"} == patch().json()
    assert patch(notes="good").json()["owner"] == "ann"
    assert patch(owner="").json()["owner"] is None
    assert patch(owner="nobody").status_code == 422
    assert patch(status="bought").status_code == 422


def test_deleting_forgets_the_person_with_what_was_said(program):
    lead = LeadFactory()
    FactFactory(lead=lead)
    merged = LeadFactory(session__agent=lead.agent, merged_into=lead)

    response = program.delete(f"/api/v1/leads/{lead.pk}")

    assert response.status_code == 204
    assert not Lead.objects.filter(pk__in=[lead.pk, merged.pk]).exists()
    assert not Session.objects.exists()
    assert program.get(f"/api/v1/leads/{lead.pk}").status_code == 404


def test_an_export_is_a_file(program):
    LeadFactory(name="Jo")

    response = program.get("/api/v1/leads/export?format=csv")

    assert response["Content-Disposition"].startswith('attachment; filename="leads-')
    assert b"Jo" in b"".join(response.streaming_content)
    assert program.get("/api/v1/leads/export?format=pdf").status_code == 422


def test_visitors_and_strangers_see_no_lead(nobody):
    lead = LeadFactory()

    assert nobody.get("/api/v1/leads").status_code == 401
    assert visitor_of(lead.session).get(f"/api/v1/leads/{lead.pk}").status_code == 403


@pytest.mark.parametrize(
    ("permission", "allowed"), [("leads.view_lead", True), ("conversations.view_session", False), ("", False)]
)
def test_staff_see_leads_by_their_permission(client, django_user_model, permission, allowed):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("ann", password="x", is_staff=True)
    if permission:
        app, _dot, codename = permission.partition(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(user)
    LeadFactory()

    assert (client.get("/api/v1/leads").status_code == 200) is allowed
    assert client.get("/api/v1/leads/export").status_code != 200  # a right of its own

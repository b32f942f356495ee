"""The contract of cases over the API."""

import json
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from access import keys
from agents.tests.factories import AgentFactory
from conversations.tests.factories import SessionFactory
from conversations.tests.rest.conftest import bearer, visitor_of
from evaluation.models import Case
from evaluation.tests.factories import CaseFactory
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def program():
    return Client(headers=bearer(keys.create("tests")[1]))


def send(client, method, path, body):
    return getattr(client, method)(f"/api/{path}", json.dumps(body), content_type="application/json")


def test_a_case_is_added_listed_changed_and_deleted(program, agent):
    document = DocumentFactory(agent=agent)
    body = {"question": "How much?", "must": ["$2,400"], "cites": [str(document.pk)]}

    added = send(program, "post", f"agents/{agent.pk}/cases", body)
    listed = program.get(f"/api/agents/{agent.pk}/cases").json()
    changed = send(program, "patch", f"cases/{added.json()['id']}", {"must_not": ["free"], "position": 4})
    assert changed.status_code == 200, changed.json()
    deleted = program.delete(f"/api/cases/{added.json()['id']}")

    assert added.status_code == 201
    assert added.json() | body == added.json()
    assert listed == {"cases": [added.json()], "total": 1}
    assert (changed.json()["must"], changed.json()["must_not"], changed.json()["position"]) == (["$2,400"], ["free"], 4)
    assert deleted.status_code == 204
    assert not Case.objects.exists()
    assert LogEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"question": "How much?"}, "at least one thing"),
        ({"question": " ", "must": ["x"]}, "question"),
        ({"question": "A?", "must": ["/(/"]}, "must: “/(/” is no pattern"),
        ({"question": "A?", "must": ["x"], "history": [{"role": "boss", "text": "Hi"}]}, "history"),
        ({"question": "A?", "cites": [str(uuid.UUID(int=7))]}, "is no document of this agent"),
    ],
    ids=["nothing expected", "no question", "broken pattern", "role of nobody", "document of nobody"],
)
def test_a_bad_case_is_refused_and_says_why(program, agent, body, told):
    response = send(program, "post", f"agents/{agent.pk}/cases", body)

    assert response.status_code in (409, 422)
    assert told in response.json()["detail"]
    assert not Case.objects.exists()


def test_a_change_that_leaves_nothing_to_measure_is_refused(program):
    case = CaseFactory()

    response = send(program, "patch", f"cases/{case.pk}", {"must": []})

    case.refresh_from_db()
    assert response.status_code == 409
    assert case.must == ["$2,400"]


def test_agents_and_cases_that_are_not_there_are_404(program):
    nowhere = uuid.uuid4()

    assert program.get(f"/api/agents/{nowhere}/cases").status_code == 404
    assert program.delete(f"/api/cases/{nowhere}").status_code == 404


def test_a_visitor_reads_no_cases(agent):
    session = SessionFactory(agent=agent)

    assert visitor_of(session).get(f"/api/agents/{agent.pk}/cases").status_code == 403


def test_an_agent_has_so_many_cases_and_no_more(program, agent, monkeypatch):
    monkeypatch.setattr("evaluation.keeping.MAX_CASES", 1)
    CaseFactory(agent=agent)

    response = send(program, "post", f"agents/{agent.pk}/cases", {"question": "A?", "must": ["x"]})

    assert response.status_code == 409
    assert "the most" in response.json()["detail"]

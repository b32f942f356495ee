"""The contract of evaluations over the API, and their pages in the admin."""

import json
import uuid

import pytest
from django.test import Client

from access import keys
from agents.tests.factories import StaffFactory, SuperuserFactory
from conversations.tests.rest.conftest import bearer
from evaluation.models import Evaluation
from evaluation.running import begin
from evaluation.tests.conftest import worked
from evaluation.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tested(seller):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    CaseFactory(agent=seller, question="How much is the floor lamp?", must=["100 euros"])
    return seller


@pytest.fixture
def program(db):
    return Client(headers=bearer(keys.create("tests")[1]))


def post(client, path, body):
    return client.post(f"/api/{path}", json.dumps(body), content_type="application/json")


def test_an_evaluation_is_begun_and_read_until_it_has_ended(program, tested):
    begun = post(program, f"agents/{tested.pk}/evaluations", {"repeat": 2})
    evaluation = Evaluation.objects.get()
    before = program.get(f"/api/evaluations/{evaluation.pk}").json()
    worked(evaluation)
    after = program.get(f"/api/evaluations/{evaluation.pk}").json()

    assert (begun.status_code, begun.json()["status"], begun.json()["progress"]) == (202, "waiting", 0)
    assert [result["passed"] for result in before["results"]] == [None, None]
    assert (after["status"], after["passed"], after["failed"], after["progress"]) == ("failed", 1, 1, 1)
    assert [result["passed"] for result in after["results"]] == [True, False]
    assert [result["passed_runs"] for result in before["results"]] == [0, 0]
    assert [result["passed_runs"] for result in after["results"]] == [2, 0]
    assert after["results"][1]["runs"][0]["faults"] == ["Does not say “100 euros”."]
    assert after["results"][0]["runs"][1]["sources"][0]["document"] == "Lamps"
    assert program.get(f"/api/agents/{tested.pk}/evaluations").json()["total"] == 1


def test_what_cannot_be_begun_says_why(program, tested, seller):
    missing = post(program, f"agents/{tested.pk}/evaluations", {"version": 9})
    often = post(program, f"agents/{tested.pk}/evaluations", {"repeat": 11})
    seller.cases.all().delete()
    nothing = post(program, f"agents/{tested.pk}/evaluations", {})

    assert (missing.status_code, often.status_code, nothing.status_code) == (404, 422, 409)
    assert program.get(f"/api/evaluations/{uuid.uuid4()}").status_code == 404


def test_coverage_names_what_no_case_touches(program, tested):
    tested.documents.create(name="Delivery", text="x", is_owed=False, status="ready")
    tested.documents.create(name="Empty", text="", is_owed=False, status="failed")  # nothing is answered from it
    worked(begin(tested.published_prompt))

    found = program.get(f"/api/agents/{tested.pk}/coverage").json()

    assert (found["documents"], found["document_count"]) == (["Delivery"], 2)


def test_staff_run_the_cases_and_read_what_failed(client, tested):
    client.force_login(SuperuserFactory())

    response = client.post(f"/admin/evaluation/evaluation/of/{tested.pk}/begin/")
    page = client.get(response.url).content.decode()
    worked(Evaluation.objects.get())
    ended = client.get(f"{response.url}?seen=running-0.0").content.decode()

    assert "js/pages/look_again" in page
    assert "Does not say “100 euros”." in ended
    assert "<html" not in ended
    mark = ended.split('data-mark="')[1].split('"')[0]
    assert client.get(f"{response.url}?seen={mark}").status_code == 204


def test_who_may_not_see_evaluations_sees_none(client, tested):
    evaluation = begin(tested.published_prompt)
    client.force_login(StaffFactory(may=["evaluation.view_case"]))

    assert client.get(f"/admin/evaluation/evaluation/{evaluation.pk}/change/").status_code == 403
    assert client.post(f"/admin/evaluation/evaluation/of/{tested.pk}/begin/").status_code == 403
    assert client.get(f"/admin/evaluation/case/?agent__id__exact={tested.pk}").status_code == 200

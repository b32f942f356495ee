"""A prompt of an agent with cases is published when they pass; else a person may, with a reason that is kept."""

import json

import pytest
from django.test import Client

from access import keys
from agents.models import PromptVersion
from agents.tests.factories import StaffFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import form_of
from conversations.tests.rest.conftest import bearer
from evaluation.models import Evaluation
from evaluation.publishing import NotOverridden, override
from evaluation.running import begin
from evaluation.tests.conftest import worked
from evaluation.tests.factories import CaseFactory
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def passing(seller):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    return seller


@pytest.fixture
def failing(seller):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["50 euros"])
    return seller


@pytest.fixture
def program(db):
    return Client(headers=bearer(keys.create("tests")[1]))


def published(agent):
    agent.refresh_from_db()
    return agent.published_prompt.number


def test_an_agent_without_cases_publishes_at_once(seller):
    version = seller.publish("Sell more lamps.")

    assert version.held is None
    assert published(seller) == 2


def test_a_version_is_published_when_its_cases_pass_and_not_before(passing):
    version = passing.publish("Sell more lamps.")
    before = published(passing)

    worked(Evaluation.objects.get())

    assert "1 case is asked first" in version.held.told
    assert before == 1
    assert published(passing) == 2


def test_a_version_whose_cases_fail_is_kept_and_not_published(failing):
    failing.publish("Sell more lamps.")

    evaluation = worked(Evaluation.objects.get())

    assert evaluation.status == "failed"
    assert published(failing) == 1
    assert failing.prompt_versions.first().text == "Sell more lamps."


def test_the_new_text_is_what_is_tried(seller, model):
    CaseFactory(agent=seller, question="How much?", must=["hurray"])
    answers(model, "Hurray", "Hurray", "Hurray")

    seller.publish("Always say hurray.")
    worked(Evaluation.objects.get())

    assert "Always say hurray." in model.requests[0].body["messages"][0]["content"]
    assert published(seller) == 2


def answers(model, *texts):
    for text in texts:
        model.then(Script(text=text))


def test_a_model_is_asked_each_case_three_times_and_one_wrong_answer_holds_the_version(seller, model):
    CaseFactory(agent=seller, question="How much?", must=["hurray"])
    answers(model, "Hurray", "Hello", "Hurray")

    version = seller.publish("Always say hurray.")
    evaluation = worked(Evaluation.objects.get())

    assert "Each is asked 3 times" in version.held.told
    assert (evaluation.repeat, len(model.requests)) == (3, 3)
    assert (evaluation.status, evaluation.cases.get().passed_runs) == ("failed", 2)
    assert published(seller) == 1


def test_how_often_a_model_is_asked_is_a_setting(seller, model, settings):
    settings.PUBLISH_REPEAT = 2
    CaseFactory(agent=seller, question="How much?", must=["hurray"])
    answers(model, "Hurray", "Hurray", "Hello")

    seller.publish("Always say hurray.")
    worked(Evaluation.objects.get())

    assert len(model.requests) == 2
    assert published(seller) == 2


def test_the_built_in_agent_is_asked_once_since_it_says_the_same_each_time(passing):
    passing.publish("Sell more lamps.")
    once = worked(Evaluation.objects.get())
    often = worked(begin(passing.published_prompt, repeat=3))

    assert once.repeat == 1
    assert len({run.answer for run in often.cases.get().runs.all()} | {once.cases.get().runs.get().answer}) == 1


def test_staff_see_how_many_answers_of_a_case_passed(client, seller, model):
    CaseFactory(agent=seller, question="How much?", must=["hurray"])
    answers(model, "Hurray", "Hello", "Hurray")
    seller.publish("Always say hurray.")
    evaluation = worked(Evaluation.objects.get())
    client.force_login(SuperuserFactory())

    page = client.get(f"/admin/evaluation/evaluation/{evaluation.pk}/change/").content.decode()

    assert "2 of 3 answers passed" in page


def test_the_same_text_again_is_tried_again_as_the_same_version(failing):
    failing.publish("Sell more lamps.")
    worked(Evaluation.objects.get())
    failing.cases.update(must=["40 euros"])

    failing.publish("Sell more lamps.")
    worked(Evaluation.objects.first())

    assert PromptVersion.objects.filter(agent=failing).count() == 2
    assert published(failing) == 2


def test_an_older_version_that_passes_late_does_not_replace_a_newer_one(passing):
    passing.publish("Second.")
    second = Evaluation.objects.get()
    passing.publish("Third.")
    third = Evaluation.objects.exclude(pk=second.pk).get()

    for evaluation in (third, second):
        worked(evaluation)

    assert published(passing) == 3


def test_an_evaluation_that_somebody_only_wanted_to_see_publishes_nothing(passing, program):
    version = passing.prompt_versions.create(number=2, text="Unused.")
    program.post(f"/api/agents/{passing.pk}/evaluations", {"version": 2}, content_type="application/json")

    worked(Evaluation.objects.get(version=version))

    assert published(passing) == 1


def test_an_override_publishes_and_keeps_who_and_why(failing):
    failing.publish("Sell more lamps.")
    evaluation = worked(Evaluation.objects.get())

    override(evaluation, reason="  The price is wrong on the page. ", by="sam")

    evaluation.refresh_from_db()
    assert published(failing) == 2
    assert (evaluation.override_reason, evaluation.overridden_by) == ("The price is wrong on the page.", "sam")


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_override_needs_a_reason(failing, reason):
    failing.publish("Sell more lamps.")
    evaluation = worked(Evaluation.objects.get())

    with pytest.raises(NotOverridden, match="Say why"):
        override(evaluation, reason=reason, by="sam")

    assert published(failing) == 1


def test_what_holds_nothing_cannot_be_overridden(passing):
    passing.publish("Sell more lamps.")
    evaluation = worked(Evaluation.objects.get())

    with pytest.raises(NotOverridden, match="nothing to override"):
        override(evaluation, reason="x", by="sam")


# --- in the admin -----------------------------------------------------------------------------------------------


def saved(client, agent, text):
    return client.post(f"/admin/agents/agent/{agent.pk}/change/", form_of(agent, system_prompt=text), follow=True)


def test_staff_read_what_holds_their_prompt_and_what_failed(client, failing):
    client.force_login(SuperuserFactory())

    saved_page = saved(client, failing, "Sell more lamps.").content.decode()
    evaluation = worked(Evaluation.objects.get())
    page = client.get(f"/admin/evaluation/evaluation/{evaluation.pk}/change/").content.decode()
    versions = client.get(f"/admin/agents/agent/{failing.pk}/prompts/").content.decode()
    editor = client.get(f"/admin/agents/agent/{failing.pk}/change/?prompt=2").content.decode()

    assert "Version 2 is not published yet" in saved_page
    assert f"/admin/evaluation/evaluation/{evaluation.pk}/change/" in saved_page
    assert "Version 2 is not published." in page
    assert "Does not say “50 euros”." in page
    assert "1 of 1 case failed" in versions
    assert "Sell more lamps." in editor


def test_staff_with_the_permission_publish_all_the_same_and_the_history_says_so(client, failing):
    failing.publish("Sell more lamps.")
    evaluation = worked(Evaluation.objects.get())
    url = f"/admin/evaluation/evaluation/{evaluation.pk}"
    may = ["evaluation.view_evaluation", "evaluation.override_evaluation", "agents.view_agent"]
    client.force_login(StaffFactory(username="sam", may=may))

    refused = client.post(f"{url}/override/", {"reason": ""}, follow=True).content.decode()
    done = client.post(f"{url}/override/", {"reason": "The page is wrong."}, follow=True).content.decode()
    history = client.get(f"/admin/agents/agent/{failing.pk}/prompts/2/").content.decode()

    assert "Say why" in refused
    assert "Version 2 of the prompt is published." in done
    assert "Published by sam although cases failed: The page is wrong." in history
    assert published(failing) == 2


def test_staff_without_it_do_not(client, failing):
    failing.publish("Sell more lamps.")
    evaluation = worked(Evaluation.objects.get())
    client.force_login(StaffFactory(may=["evaluation.view_evaluation", "agents.change_agent"]))
    url = f"/admin/evaluation/evaluation/{evaluation.pk}"

    assert "Publish all the same" not in client.get(f"{url}/change/").content.decode()
    assert client.post(f"{url}/override/", {"reason": "x"}).status_code == 403
    assert published(failing) == 1


def test_restoring_an_earlier_text_is_held_as_well(client, failing):
    client.force_login(SuperuserFactory())
    failing.put_in_place(failing.prompt_versions.create(number=2, text="Second."))

    page = client.post(f"/admin/agents/agent/{failing.pk}/prompts/1/restore/", follow=True).content.decode()

    assert "Version 3 is not published yet" in page
    assert published(failing) == 2


# --- over the API -----------------------------------------------------------------------------------------------


def send(client, method, path, body):
    return getattr(client, method)(f"/api/{path}", json.dumps(body), content_type="application/json")


def test_a_program_reads_that_its_prompt_waits_and_overrides_it(program, failing):
    changed = send(program, "patch", f"agents/{failing.pk}", {"system_prompt": "Sell more lamps."}).json()
    evaluation = worked(Evaluation.objects.get())
    listed = program.get(f"/api/agents/{failing.pk}/evaluations").json()["evaluations"]
    overridden = send(program, "post", f"evaluations/{evaluation.pk}/override", {"reason": "The page is wrong."})
    again = send(program, "post", f"evaluations/{evaluation.pk}/override", {"reason": "The page is wrong."})
    agent = program.get(f"/api/agents/{failing.pk}").json()

    assert (changed["system_prompt"], changed["prompt_version"], changed["unpublished_version"]) == (
        "You sell lamps.",
        1,
        2,
    )
    assert [(each["status"], each["publishes"]) for each in listed] == [("failed", True)]
    assert overridden.json()["override"]["reason"] == "The page is wrong."
    assert again.status_code == 409
    assert (agent["system_prompt"], agent["unpublished_version"]) == ("Sell more lamps.", None)

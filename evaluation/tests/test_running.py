"""Evaluations: asked as a visitor asks, stored as results alone, and whole also when their process dies."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import SuperuserFactory
from conversations.models import Message, Reply, Session
from conversations.replies.leases import Outcome
from evaluation import running
from evaluation.coverage import coverage_of
from evaluation.models import CaseRun, Evaluation
from evaluation.proposing.untouched import untouched
from evaluation.running import NothingToEvaluate, begin, step, unasked, work
from evaluation.tests.conftest import worked
from evaluation.tests.factories import CaseFactory
from fakes.scripts import Script
from knowledge.copies import answering_for
from knowledge.indexing import index_document
from knowledge.tests.factories import DocumentFactory
from leads.models import Fact, Lead
from salesagent.serving.worker import MAX_ATTEMPTS, MAX_RUN, tend

pytestmark = pytest.mark.django_db(transaction=True)


def faults_of(evaluation):
    return [run.faults for case in evaluation.cases.all() for run in case.runs.all()]


def test_without_a_key_the_built_in_agent_is_asked(seller):
    case = CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"], must_not=["90 dollars"])
    case.cites.add(seller.documents.get())
    CaseFactory(agent=seller, question="Who won the cup in 1998?", must=[], refuses=True)

    evaluation = worked(begin(seller.published_prompt))

    assert faults_of(evaluation) == [[], []]
    assert (evaluation.status, evaluation.passed, evaluation.failed) == ("passed", 2, 0)
    run = CaseRun.objects.get(case__position=1)
    assert "40 euros" in run.answer
    assert run.sources[0]["document"] == "Lamps"
    assert run.provider == "builtin"


def test_a_case_that_cites_a_copy_passes_when_its_twin_answers(seller):
    case = CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    pasted = seller.documents.get()
    case.cites.add(pasted)
    page = DocumentFactory(agent=seller, name="Lamps on the web", url="https://a.example/lamps", text=pasted.text)
    index_document(page)
    assert answering_for(seller.pk, [str(pasted.pk)]) == {str(pasted.pk): str(page.pk)}

    evaluation = worked(begin(seller.published_prompt))

    assert CaseRun.objects.get().sources[0]["document_id"] == str(page.pk)
    assert faults_of(evaluation) == [[]]
    assert coverage_of(seller).documents == []
    assert list(untouched(seller)) == []


def test_a_case_that_cites_what_says_something_else_fails(seller):
    case = CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    other = DocumentFactory(agent=seller, name="Rugs", text="# Rugs\n\nThe wool rug costs 95 euros.")
    index_document(other)
    case.cites.add(other)

    assert faults_of(worked(begin(seller.published_prompt))) == [["Is not taken from “Rugs”."]]


def test_what_failed_is_said_in_words(seller):
    case = CaseFactory(
        agent=seller, question="How much is the desk lamp?", must=["50 euros", "/4.\\s*euros/"], must_not=["desk"]
    )
    case.cites.add(DocumentFactory(agent=seller, name="Delivery"))
    CaseFactory(agent=seller, question="How much is the floor lamp?", must=[], refuses=True)

    evaluation = worked(begin(seller.published_prompt))

    assert evaluation.status == "failed"
    assert faults_of(evaluation) == [
        ["Does not say “50 euros”.", "Says “desk”.", "Is not taken from “Delivery”."],
        ["Answers, though it should say that it does not know."],
    ]


def test_an_answer_is_judged_on_no_thread_that_visitors_wait_for(seller):
    """A pattern may take 0.1 s, and a case has 40 of them."""
    threads = []

    class Noting(str):
        __slots__ = ()

        def strip(self):
            threads.append(threading.current_thread().name)
            return super().strip()

    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    case = begin(seller.published_prompt).cases.get()

    asyncio.run(running._judge(case, 1, Outcome(Reply.State.COMPLETE, Noting("It is 50 euros."))))

    assert CaseRun.objects.get().faults == ["Does not say “40 euros”."]
    assert [name for name in threads if name.startswith("database")] == []
    assert threads


def test_nothing_is_left_among_the_visitors(seller):
    seller.questions.create(key="email", label="E-mail", ask="Which address?", kind="email", position=0)
    CaseFactory(agent=seller, question="I am Jo, jo@x.example. How much is the desk lamp?", must=["40"])

    worked(begin(seller.published_prompt))

    assert CaseRun.objects.count() == 1
    for model in (Session, Message, Reply, Lead, Fact):
        assert not model.objects.exists()


def test_the_model_gets_the_version_that_is_tried_and_the_conversation_before(seller, model):
    tried = seller.publish("You sell lamps. Say hurray.")
    seller.publish("You sell lamps again.")
    history = [{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hi!"}]
    CaseFactory(agent=seller, question="How much is the desk lamp?", history=history, must=["hurray"])
    model.then(Script(text="Hurray, 40 euros."))

    evaluation = worked(begin(tried))

    (request,) = model.requests
    said = [message["content"] for message in request.body["messages"]]
    assert "Say hurray." in said[0]
    assert "The desk lamp costs 40 euros." in "\n".join(said)
    assert said[1:3] == ["Hello", "Hi!"]
    assert evaluation.status == "passed"


def test_a_case_passes_when_each_of_its_runs_does(seller, model):
    CaseFactory(agent=seller, question="How much?", must=["40"])
    CaseFactory(agent=seller, question="And the floor lamp?", must=["90"])
    for text in ("40", "90", "40", "I do not know", "40", "90"):
        model.then(Script(text=text))

    running_one_at_a_time = worked_one_at_a_time(begin(seller.published_prompt, repeat=3))

    assert (running_one_at_a_time.passed, running_one_at_a_time.failed) == (1, 1)
    assert CaseRun.objects.count() == 6


def worked_one_at_a_time(evaluation):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "AT_ONCE", 1)
        return worked(evaluation)


def test_a_model_that_is_down_fails_the_case_and_says_why(seller, model):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    for _ in range(3):
        model.then(Script(status=401, error={"message": "no"}))

    evaluation = worked(begin(seller.published_prompt))

    ((fault,),) = faults_of(evaluation)
    assert "could not be reached" in fault


def test_an_answer_that_takes_too_long_fails_the_case(seller, model, monkeypatch):
    monkeypatch.setattr(running, "ANSWER_S", 0.3)
    CaseFactory(agent=seller, question="How much?", must=["40"])
    model.then(Script(text="40 euros", stall_after_tokens=0))

    evaluation = worked(begin(seller.published_prompt))

    assert faults_of(evaluation) == [["There was no answer: took too long."]]


def test_what_a_killed_process_left_is_gone_on_with_and_nothing_is_asked_twice(seller, monkeypatch):
    for n in range(3):
        CaseFactory(agent=seller, question=f"How much is the desk lamp? {n}", must=["40"])
    evaluation = begin(seller.published_prompt)
    monkeypatch.setattr(running, "BEGINS_S", -1.0)
    evaluation.claim(timezone.now())
    CaseRun.objects.create(case=evaluation.cases.first(), number=1, answer="40", faults=[])
    monkeypatch.setattr(running, "BEGINS_S", 5.0)
    Evaluation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # it was killed here

    worked(evaluation)

    assert evaluation.status == "passed"
    assert CaseRun.objects.count() == 3
    assert CaseRun.objects.get(case=evaluation.cases.first()).provider == ""


def test_a_step_ends_in_time_and_owes_the_next(seller, monkeypatch):
    CaseFactory(agent=seller, must=["40"])
    CaseFactory(agent=seller, must=["40"])
    evaluation = begin(seller.published_prompt)
    monkeypatch.setattr(running, "BEGINS_S", 0.0)

    work.call(str(evaluation.pk))

    evaluation.refresh_from_db()
    assert evaluation.status == "running"
    assert len(unasked(evaluation)) == 1
    assert worked(evaluation).ended_at is not None


def test_two_workers_do_not_ask_the_same(seller):
    CaseFactory(agent=seller, must=["40"])
    evaluation = begin(seller.published_prompt)

    assert evaluation.claim(timezone.now())
    assert not evaluation.claim(timezone.now())
    work.call(str(evaluation.pk))

    assert not CaseRun.objects.exists()


def test_an_agent_that_is_deleted_meanwhile_ends_its_evaluation(seller):
    CaseFactory(agent=seller, must=["40"])
    evaluation = begin(seller.published_prompt)
    seller.delete()

    work.call(str(evaluation.pk))

    assert not Evaluation.objects.exists()


def test_an_agent_without_cases_has_nothing_to_evaluate(seller):
    with pytest.raises(NothingToEvaluate, match="no cases"):
        begin(seller.published_prompt)


def test_what_is_changed_of_a_case_later_changes_no_evaluation(seller):
    case = CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40"])
    evaluation = begin(seller.published_prompt)
    case.must = ["50"]
    case.save()

    step(evaluation)

    assert faults_of(evaluation) == [[]]


def given_up(evaluation):
    """As after a fifth process that was killed over it."""
    work.enqueue(str(evaluation.pk))
    long_ago = timezone.now() - MAX_RUN - timedelta(seconds=1)
    ids = [str(number) for number in range(MAX_ATTEMPTS)]
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago, worker_ids=ids)
    evaluation.claim(timezone.now())
    tend()
    evaluation.refresh_from_db()


def test_one_that_fails_again_and_again_ends_as_failed_and_says_why(seller):
    for n in range(3):
        CaseFactory(agent=seller, question=f"How much is the desk lamp? {n}", must=["40"])
    evaluation = begin(seller.published_prompt)
    passed, failed, _unasked = evaluation.cases.all()
    CaseRun.objects.create(case=passed, number=1, answer="40", faults=[])
    CaseRun.objects.create(case=failed, number=1, answer="50", faults=["Does not say “40”."])

    given_up(evaluation)
    tend()

    assert (evaluation.status, evaluation.passed, evaluation.failed) == ("failed", 1, 1)
    assert "could not be finished" in evaluation.error
    assert evaluation.ended_at
    assert not evaluation.claim(timezone.now())
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"FAILED"}


def test_one_that_was_broken_off_publishes_nothing_and_can_be_run_again(seller, client):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40"])
    version = seller.publish("You sell lamps, kindly.")
    evaluation = seller.evaluations.get()

    given_up(evaluation)
    seller.refresh_from_db()
    assert seller.published_prompt != version
    client.force_login(SuperuserFactory())
    page = client.get(f"/admin/evaluation/evaluation/{evaluation.pk}/change/").content.decode()
    assert "Version 2 is not published." in page
    assert "could not be finished" in page
    DBTaskResult.objects.all().delete()
    client.post(f"/admin/evaluation/evaluation/of/{seller.pk}/begin/", {"version": 2, "repeat": 1, "publishes": 1})

    again = worked(seller.evaluations.first())
    seller.refresh_from_db()
    assert again.status == "passed"
    assert seller.published_prompt == version


def test_the_page_of_one_that_was_begun_by_hand_offers_it_again(seller, client):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40"])
    evaluation = begin(seller.published_prompt, repeat=3)
    given_up(evaluation)
    client.force_login(SuperuserFactory())

    page = client.get(f"/admin/evaluation/evaluation/{evaluation.pk}/change/").content.decode()

    assert "Run the cases again" in page
    assert '<input type="hidden" name="repeat" value="3">' in page
    assert "What no case touches" not in page

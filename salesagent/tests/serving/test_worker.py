"""Tasks: what a killed process left and what failed is run again, and what is done is forgotten."""

from datetime import timedelta

import pytest
from django.db.models.signals import pre_save
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import AgentFactory
from conversations.models import Message
from conversations.tests.factories import MessageFactory
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S, wait_until
from fakes.scripts import Script
from fakes.websites.website import website
from knowledge.models import Website
from knowledge.websites import schedule
from leads.model_reading import read_by_model
from leads.reading import read_message
from salesagent.serving import worker
from salesagent.serving.worker import KEPT, MAX_ATTEMPTS, MAX_RUN, BackgroundWorker, tend

pytestmark = pytest.mark.django_db(transaction=True)


def task(**fields):
    read_message.enqueue("00000000-0000-0000-0000-000000000000")
    made = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def test_what_a_dead_process_left_is_ready_again():
    long_ago = timezone.now() - MAX_RUN - timedelta(seconds=1)
    left = task(status=TaskResultStatus.RUNNING, started_at=long_ago, worker_ids=["dead"])
    under_way = task(status=TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=["alive"])

    tend()

    left.refresh_from_db()
    under_way.refresh_from_db()
    assert left.status == TaskResultStatus.READY
    assert under_way.status == TaskResultStatus.RUNNING


def test_what_failed_is_tried_again_later_until_it_has_failed_too_often():
    ended = timezone.now()
    failed = task(status=TaskResultStatus.FAILED, finished_at=ended, worker_ids=["one"])
    often = task(status=TaskResultStatus.FAILED, finished_at=ended, worker_ids=["one"] * MAX_ATTEMPTS)

    tend()

    failed.refresh_from_db()
    often.refresh_from_db()
    assert failed.status == TaskResultStatus.READY
    assert failed.run_after > timezone.now()
    assert often.status == TaskResultStatus.FAILED


def test_what_is_long_done_is_forgotten():
    task(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now() - KEPT - timedelta(seconds=1))
    recent = task(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())

    tend()

    assert list(DBTaskResult.objects.all()) == [recent]


def is_done(task):
    task.refresh_from_db()
    return task.status == TaskResultStatus.SUCCESSFUL


def test_a_worker_does_what_is_owed_and_ends():
    MessageFactory(role=Message.Role.USER, content="hello")
    owed = task()
    worker = BackgroundWorker()

    worker.start()
    wait_until(lambda: is_done(owed))
    worker.stop(timeout_s=PATIENCE_S)

    assert not any(thread.is_alive() for thread in worker._threads)


def test_a_fault_while_tasks_are_looked_after_is_not_the_end_of_that(monkeypatch, caplog):
    monkeypatch.setattr(worker, "TEND_S", 0.05)
    Website.objects.create(agent=AgentFactory(), url="http://shop.invalid/")
    faults = [RuntimeError("once")]

    def fail_once(**_kwargs):
        if faults:
            raise faults.pop()

    pre_save.connect(fail_once, sender=DBTaskResult)
    working = BackgroundWorker()
    try:
        working.start()
        wait_until(DBTaskResult.objects.exists)
    finally:
        pre_save.disconnect(fail_once, sender=DBTaskResult)
        working.stop(timeout_s=PATIENCE_S)

    assert "a look after tasks failed" in caplog.text


def test_nothing_waits_for_somebodys_server(settings):
    settings.FETCH_PRIVATE = True
    with website() as site:
        site.put("/robots.txt", "", wait_s=60)
        slow = Website.objects.create(agent=AgentFactory(), url=site.url("/"))
        schedule.read_now(slow.pk)
        worker = BackgroundWorker()

        worker.start()
        wait_until(lambda: site.asked)
        owed = task()
        wait_until(lambda: is_done(owed))
        slow.refresh_from_db()
        is_waiting = slow.status == Website.Status.PENDING
        site.go_on()
        worker.stop(timeout_s=PATIENCE_S)

    assert is_waiting


def test_nothing_waits_for_a_model(settings):
    with FakeOpenAI().in_thread() as model:
        settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = model.base_url, "small"
        model.then(Script(text="{}", hold_after_tokens=0))
        message = MessageFactory(role=Message.Role.USER, content="my colleague Jo of Acme told me of you")
        message.session.agent.questions.create(key="firm", label="Company", ask="Which company?", kind="company")
        read_by_model.enqueue(str(message.pk))
        asking = DBTaskResult.objects.get()
        worker = BackgroundWorker()

        worker.start()
        wait_until(lambda: model.requests)
        owed = task()
        wait_until(lambda: is_done(owed))
        is_held = not is_done(asking)
        model.go_on()
        wait_until(lambda: is_done(asking))
        worker.stop(timeout_s=PATIENCE_S)

    assert is_held

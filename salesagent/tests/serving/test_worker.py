"""Tasks: what a killed process left and what failed is run again, and what is done is forgotten."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from conversations.models import Message
from conversations.tests.factories import MessageFactory
from leads.reading import read_message
from salesagent.serving.worker import KEPT, LONGEST_RUN, MAX_ATTEMPTS, BackgroundWorker, tend

pytestmark = pytest.mark.django_db(transaction=True)


def task(**fields):
    read_message.enqueue("00000000-0000-0000-0000-000000000000")
    made = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def test_what_a_dead_process_left_is_ready_again():
    long_ago = timezone.now() - LONGEST_RUN - timedelta(seconds=1)
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


def test_a_worker_does_what_is_owed_and_ends():
    MessageFactory(role=Message.Role.USER, content="hello")
    owed = task()
    worker = BackgroundWorker()
    worker.start()
    done = threading.Event()
    for _try in range(600):
        owed.refresh_from_db()
        if owed.status == TaskResultStatus.SUCCESSFUL:
            break
        done.wait(0.05)
    worker.stop(timeout_s=30)

    assert owed.status == TaskResultStatus.SUCCESSFUL
    assert not any(thread.is_alive() for thread in worker._threads)

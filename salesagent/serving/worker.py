"""Works on tasks in the background: in a thread of the server, or as a process of its own (`manage.py worker`).

A task that a killed process left, and one that failed, is run again: tasks are written so that this does no harm.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from agents.llm.configured import is_configured
from lib.answers_first import wait_for_answers

log = logging.getLogger(__name__)

START_S = 3.0  # after a start answers come first: those that a killed process left, and the first page
LOOK_S = 0.5  # between two looks for a task, while there is none
TEND_S = 5.0  # between two looks for what was left, failed or is long done
LONGEST_RUN = timedelta(seconds=45)  # no task of ours takes longer; what does was left by a process that died
MAX_ATTEMPTS = 5
BACKOFF_S = 5  # doubled with each attempt
KEPT = timedelta(days=1)  # of what is done
MAX_AT_ONCE = 200


class BackgroundWorker:
    """Works on tasks and looks after them, in threads of its own. `stop` lets the tasks under way end.

    Where a chat model is set up, tasks that ask it have a worker of their own: the others never wait for a model.
    """

    def __init__(self) -> None:
        queues = [[DEFAULT_TASK_QUEUE_NAME], ["models"]] if is_configured() else [["*"]]
        self._workers = [_worker(each) for each in queues]
        self._stopped = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._work, args=(each,), name="tasks", daemon=True) for each in self._workers),
            threading.Thread(target=self._tend, name="tending tasks", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        for each in self._workers:
            each.running = False
        self._stopped.set()
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def wait(self) -> None:
        """Until it is stopped."""
        self._stopped.wait()

    def _work(self, worker: Worker) -> None:
        self._stopped.wait(START_S)
        while not self._stopped.is_set():
            try:
                if _has_task(worker):
                    worker.run()
                else:
                    self._stopped.wait(LOOK_S)
            except DatabaseError as error:  # away for a while; tasks wait in it
                log.warning("tasks cannot be read: %s", type(error).__name__)
                close_old_connections()
                self._stopped.wait(TEND_S)
            except Exception:  # without this thread nothing would be done until the next start
                log.exception("a worker's round failed")
                self._stopped.wait(TEND_S)
        connection.close()

    def _tend(self) -> None:
        while not self._stopped.wait(TEND_S):
            try:
                tend()
            except DatabaseError as error:
                log.warning("tasks cannot be looked after: %s", type(error).__name__)
            finally:
                close_old_connections()
        connection.close()


class _AnswersFirst(Worker):
    """Lets an answer that is about to begin go first."""

    def run_task(self, db_task_result: DBTaskResult) -> None:
        wait_for_answers()
        super().run_task(db_task_result)


def _has_task(worker: Worker) -> bool:
    """Whether it is worth looking closer, which takes the one lock that SQLite has for all who write."""
    close_old_connections()
    ready = DBTaskResult.objects.ready().filter(backend_name=worker.backend_name)
    return bool((ready if worker.process_all_queues else ready.filter(queue_name__in=worker.queue_names)).exists())


def _worker(queues: list[str]) -> Worker:
    return _AnswersFirst(
        queue_names=queues,
        interval=LOOK_S,
        batch=True,  # it comes back when there is nothing more to do
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )


def tend() -> None:
    """Put back what a dead process left and what failed, until it has failed too often; forget what is long done."""
    now = timezone.now()
    left = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - LONGEST_RUN)
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - KEPT)
    for task in (*left[:MAX_AT_ONCE], *failed[:MAX_AT_ONCE]):
        attempts = len(task.worker_ids)
        if attempts >= MAX_ATTEMPTS:
            continue
        again = now if task.status == TaskResultStatus.RUNNING else now + timedelta(seconds=BACKOFF_S * 2**attempts)
        # Only as it was found: another process may have put it back already, and a third taken it up.
        same = DBTaskResult.objects.filter(pk=task.pk, status=task.status, started_at=task.started_at)
        if same.update(status=TaskResultStatus.READY, run_after=again):
            log.info("task %s is run again, attempt %s", task.task_path, attempts + 1)
    old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).values_list("pk", flat=True)
    DBTaskResult.objects.filter(pk__in=list(old[:MAX_AT_ONCE])).delete()

"""Works on tasks in the background: in a thread of the server, or as a process of its own (`manage.py worker`).

A task that a killed process left, and one that failed, is run again: tasks are written so that this does no harm.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from agents.llm.configured import is_configured
from knowledge.websites import asked_pages, schedule
from lib.answers_first import wait_for_answers
from lib.database import end_old_connections
from lib.given_up import follower_of

log = logging.getLogger(__name__)

START_S = 3.0  # after a start answers come first: those that a killed process left, and the first page
LOOK_S = 0.5  # between two looks for a task, while there is none
TEND_S = 5.0  # between two looks for what was left, failed or is long done
# What takes longer was left by a process that died, or is a slow page, whose lease sends the second one away.
MAX_RUN = timedelta(seconds=45)
MAX_ATTEMPTS = 5
BACKOFF_S = 5  # doubled with each attempt
KEPT = timedelta(days=1)  # of what is done
MAX_AT_ONCE = 200


class BackgroundWorker:
    """Works on tasks and looks after them, in threads of its own. `stop` lets the tasks under way end.

    Websites are read by a worker of their own, and so are pages that somebody named, who waits; where a chat model is
    set up, so are tasks that ask it. The others never wait for a model, nor for somebody's server.
    """

    def __init__(self) -> None:
        others = [[DEFAULT_TASK_QUEUE_NAME], ["models"]] if is_configured() else [[DEFAULT_TASK_QUEUE_NAME, "models"]]
        queues = [*others, [schedule.QUEUE], [asked_pages.QUEUE]]
        self._workers = [_worker(each) for each in queues]
        self._stopped = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._work, args=(each,), name="tasks", daemon=True) for each in self._workers),
            threading.Thread(target=self._tend, name="tending tasks", daemon=True),
        ]

    def start(self) -> None:
        schedule.stopping.clear()
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        for each in self._workers:
            each.running = False
        self._stopped.set()
        schedule.stopping.set()
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
                end_old_connections()
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
            except Exception:  # without this thread nothing that was left or failed would be done until the next start
                log.exception("a look after tasks failed")
            finally:
                end_old_connections()
        connection.close()


class _AnswersFirst(Worker):
    """Lets an answer that is about to begin go first, and keeps its connection from one task to the next."""

    def run(self) -> None:
        """Work on what is ready, until nothing is."""
        while self.running and (found := self._claimed()):
            self.run_task(found)
            end_old_connections()

    def _claimed(self) -> DBTaskResult | None:
        tasks = _ready(self)
        try:
            with exclusive_transaction(tasks.db):
                if found := tasks.get_locked():
                    found.claim(self.worker_id)
                return found
        except OperationalError as error:
            if is_locked_database_exception(error):  # for longer than SQLite waits: it is looked at again
                return None
            raise

    def run_task(self, db_task_result: DBTaskResult) -> None:
        wait_for_answers()
        super().run_task(db_task_result)


def _ready(worker: Worker) -> DBTaskResultQuerySet:
    ready = DBTaskResult.objects.ready().filter(backend_name=worker.backend_name)
    return ready if worker.process_all_queues else ready.filter(queue_name__in=worker.queue_names)


def _has_task(worker: Worker) -> bool:
    """Whether it is worth looking closer, which takes the one lock that SQLite has for all who write."""
    end_old_connections()
    return _ready(worker).exists()


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
    """Put back what a dead process left and what failed, until it has failed too often; forget what is long done. Owe
    the reading of websites and pages that is due."""
    schedule.owe_what_is_due()
    asked_pages.owe_what_is_due()
    now = timezone.now()
    left = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - MAX_RUN)
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=now - KEPT)
    for task in (*left[:MAX_AT_ONCE], *failed[:MAX_AT_ONCE]):
        attempts = len(task.worker_ids)
        if attempts >= MAX_ATTEMPTS:
            _give_up(task, now)
            continue
        again = now if task.status == TaskResultStatus.RUNNING else now + timedelta(seconds=BACKOFF_S * 2**attempts)
        # Only as it was found: another process may have put it back already, and a third taken it up.
        same = DBTaskResult.objects.filter(pk=task.pk, status=task.status, started_at=task.started_at)
        if same.update(status=TaskResultStatus.READY, run_after=again):
            log.info("task %s is run again, attempt %s", task.task_path, attempts + 1)
    old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).values_list("pk", flat=True)
    DBTaskResult.objects.filter(pk__in=list(old[:MAX_AT_ONCE])).delete()


def _give_up(task: DBTaskResult, now: datetime) -> None:
    """End a task that has failed too often, and let its app say so where staff look for it. More than once does no
    harm: which process looks first is not known."""
    if task.status == TaskResultStatus.RUNNING:
        same = DBTaskResult.objects.filter(pk=task.pk, status=task.status, started_at=task.started_at)
        if not same.update(status=TaskResultStatus.FAILED, finished_at=now):
            return
        log.error("task %s is not run again: it was left by %s processes", task.task_path, MAX_ATTEMPTS)
    follower = follower_of(task.task_path)
    if follower is None or task.pk in _given_up:
        return
    try:
        follower(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        _given_up.append(task.pk)
    except DatabaseError:
        raise
    except Exception:  # the other tasks are looked after all the same
        log.exception("what follows task %s failed", task.task_path)


_given_up: deque[uuid.UUID] = deque(maxlen=MAX_AT_ONCE)  # in this process: each is looked at for a day

"""Works on background tasks: in a thread of the server, or in a process of its own (`manage.py worker`).

A task that failed, or whose process was killed, is run again. Every task is written so that this does no harm.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.db import OperationalError, connection
from django.db.models import DateTimeField, Q, UUIDField
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet, get_date_max
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from agents.llm.configured import is_configured
from knowledge.websites import asked_pages, schedule
from lib import prepared
from lib.answers_first import wait_for_answers
from lib.database import end_old_connections
from lib.given_up import follower_of
from lib.prepared import Given
from operations.expiry import KEPT, MAX_AT_ONCE, forget_done_tasks

log = logging.getLogger(__name__)

START_S = 3.0  # tasks wait after a start: the first page, and answers of a killed process, come first
LOOK_S = 0.5  # how often tasks are looked for while there are none
TEND_S = 5.0  # how often abandoned, failed and old tasks are looked for
# A task that takes longer belonged to a process that died, or reads a slow page, whose lease refuses a second reader.
MAX_RUN = timedelta(seconds=45)
MAX_ATTEMPTS = 5
BACKOFF_S = 5  # doubled with each attempt


class BackgroundWorker:
    """Works on tasks, and cleans up after them, in threads of its own. `stop` lets running tasks end.

    Websites, single web pages (for which somebody waits) and tasks for a chat model have a worker each, so that other
    tasks never wait for a foreign server.
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

    def is_working(self) -> bool:
        """Whether each of its threads lives."""
        return all(thread.is_alive() for thread in self._threads)

    def wait(self) -> None:
        """Block until it is stopped."""
        self._stopped.wait()

    def _work(self, worker: _AnswersFirst) -> None:
        self._stopped.wait(START_S)
        while not self._stopped.is_set():
            try:
                if worker.has_task():
                    worker.run()
                else:
                    self._stopped.wait(LOOK_S)
            except DatabaseError as error:  # it is away; the tasks wait in it
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
    """A worker that waits while answers are about to begin, and keeps its connection from one task to the next."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        at = {"now": DateTimeField()}
        self._first = prepared.Rows(lambda now: self._ready(now).order_by().values_list("pk")[:1], at)
        self._next = prepared.Objects[DBTaskResult](
            lambda now: self._ready(now).select_for_update(skip_locked=True)[:1], at
        )

    def _ready(self, now: Given) -> DBTaskResultQuerySet:
        is_due = Q(run_after=get_date_max()) | Q(run_after__lte=now)  # as DBTaskResultQuerySet.ready has it
        ready = DBTaskResult.objects.filter(is_due, status=TaskResultStatus.READY, backend_name=self.backend_name)
        return ready.filter(queue_name__in=self.queue_names)

    def has_task(self) -> bool:
        """Whether a task seems ready. Claiming one takes SQLite's only write lock, so this is checked first."""
        end_old_connections()
        return bool(self._first(now=timezone.now()))

    def run(self) -> None:
        """Work until no task is ready."""
        while self.running and (found := self._claimed()):
            self.run_task(found)
            end_old_connections()

    def _claimed(self) -> DBTaskResult | None:
        try:
            with exclusive_transaction():
                if not (found := self._next(now=timezone.now())):
                    return None
                return self._claim(found[0])
        except OperationalError as error:
            if is_locked_database_exception(error):  # locked for longer than SQLite waits: try again later
                return None
            raise

    def _claim(self, task: DBTaskResult) -> DBTaskResult:
        """As DBTaskResult.claim does."""
        task.status, task.started_at = TaskResultStatus.RUNNING, timezone.now()
        task.worker_ids = [*task.worker_ids, self.worker_id]
        _begin(task=task.pk, status=task.status, started_at=task.started_at, worker_ids=task.worker_ids)
        return task

    def run_task(self, db_task_result: DBTaskResult) -> None:
        wait_for_answers()
        super().run_task(db_task_result)


@prepared.update("status", "started_at", "worker_ids", task=UUIDField())
def _begin(task: Given) -> DBTaskResultQuerySet:
    return DBTaskResult.objects.filter(pk=task)


def _worker(queues: list[str]) -> _AnswersFirst:
    return _AnswersFirst(
        queue_names=queues,
        interval=LOOK_S,
        batch=True,  # returns when there is nothing more to do
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )


def tend() -> None:
    """Clean up: retry abandoned and failed tasks until they have failed too often, and delete old ones.

    Also starts readings of websites and pages that are due.
    """
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
        # Only if it is unchanged: another process may have put it back already, and a third one started it.
        same = DBTaskResult.objects.filter(pk=task.pk, status=task.status, started_at=task.started_at)
        if same.update(status=TaskResultStatus.READY, run_after=again):
            log.info("task %s is run again, attempt %s", task.task_path, attempts + 1)
    forget_done_tasks(now)


def _give_up(task: DBTaskResult, now: datetime) -> None:
    """End a task that has failed too often, and let its app tell staff.

    Several processes may do this for the same task; that does no harm.
    """
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
    except Exception:  # the other tasks must still be handled
        log.exception("what follows task %s failed", task.task_path)


_given_up: deque[uuid.UUID] = deque(maxlen=MAX_AT_ONCE)  # by this process; finished tasks are seen for a day

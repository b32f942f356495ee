"""What waits to be done, and whether anybody does it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from operations.doctor.findings import Finding, broken, doubtful, good
from operations.metrics.stored import stored

LATE_S = 120.0  # a task that fails is put back within that, and one that a dead process left
ASKED_S = 15.0  # a worker begins 3 s after its start, and looks twice a second
LOOK_S = 0.2
SET_UP = "Start the server with WORKER=true, or run manage.py worker beside it."


@task(priority=100)
def answer_doctor() -> None:
    """Nothing: that it is done says that somebody works."""


def waiting() -> Iterator[Finding]:
    found = {figure.name.removeprefix("salesagent_"): figure.values for figure in stored(timezone.now())}
    yield from _tasks(found["tasks"], found["tasks_oldest_seconds"][""])
    replies = found["replies_owed"]
    if replies["unattended"] and found["replies_oldest_seconds"][""] > LATE_S:
        words = f"{replies['unattended']:.0f} answers are owed and nobody works on them."
        yield broken("answers", words, "Start the server; it makes them within some ten seconds.")
    else:
        yield good("answers", f"{sum(replies.values()):.0f} are being made.")
    for name, what, mend in (
        ("alerts", "e-mails about leads", "Look at the mail settings; each lead's page says why."),
        ("documents", "documents", "Each says why in the admin; upload it again, or index it again."),
    ):
        if failed := found[name]["failed"]:
            yield doubtful(name, f"{failed:.0f} {what} failed.", mend)
        else:
            yield good(name, f"{found[name]['waiting']:.0f} {what} wait, none failed.")


def _tasks(counts: dict[str, float], oldest_s: float) -> Iterator[Finding]:
    words = (
        f"{counts['waiting']:.0f} wait, {counts['running']:.0f} are worked on, {counts['failed']:.0f} failed lately."
    )
    if counts["waiting"] and oldest_s > LATE_S:
        words = f"The oldest of {counts['waiting']:.0f} has waited for {timedelta(seconds=round(oldest_s))}."
        yield broken("tasks", words, f"No worker takes them. {SET_UP}")
    elif counts["failed"]:
        yield doubtful("tasks", words, "The log says why; each is tried five times.")
    else:
        yield good("tasks", words)
    if not settings.WORKER:
        yield good("worker", "The server does no tasks (WORKER=false); manage.py worker has to run beside it.")


def asked() -> Iterator[Finding]:
    """A task of the doctor's own: whether a worker takes it."""
    owed = answer_doctor.enqueue()
    until = time.monotonic() + ASKED_S
    mine = DBTaskResult.objects.filter(pk=owed.id)
    while time.monotonic() < until:
        if mine.filter(status=TaskResultStatus.SUCCESSFUL).exists():
            mine.delete()
            yield good("worker", "It was given a task and did it.")
            return
        time.sleep(LOOK_S)
    mine.exclude(status=TaskResultStatus.RUNNING).delete()
    yield broken("worker", f"Nobody did a task within {ASKED_S:.0f} s.", SET_UP)

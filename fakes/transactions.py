"""Two transactions at once, on PostgreSQL: the second waits for rows that the first has locked."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

R = TypeVar("R")
LONGEST_S = 30.0
only_with_several = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one transaction at a time")
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def behind(first: Callable[[], object], second: Callable[[], R]) -> Future[R]:
    """Both, the second on a connection of its own; `first` is committed once `second` has ended or waits for it."""
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            first()
            begun = thread.submit(_on_its_own, second)
            until = time.monotonic() + LONGEST_S
            while not begun.done() and not _waits() and time.monotonic() < until:
                time.sleep(0.01)
        begun.exception(LONGEST_S)  # waits for the end
    return begun


def _on_its_own(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        connection.close()


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw the first time
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])

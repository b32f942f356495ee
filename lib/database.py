"""Runs database work for coroutines on a few long-lived threads; on SQLite, which has one writer anyway, on one."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, wraps
from typing import ParamSpec, Protocol, TypeVar, cast

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection, connections

P = ParamSpec("P")
R = TypeVar("R")
_last_use = threading.local()

POSTGRES_THREADS = 8  # connections for coroutines, besides those of requests
TRUSTED_S = 30  # a connection that was unused for longer is opened again
CLOSE_S = 30  # far longer than any query of ours


@cache
def _executor() -> ThreadPoolExecutor:
    threads = 1 if connection.vendor == "sqlite" else POSTGRES_THREADS
    return ThreadPoolExecutor(threads, thread_name_prefix="database")


def with_fresh_connection(function: Callable[P, R]) -> Callable[P, R]:
    """Decorates a function that uses the ORM on a foreign thread, outside a request: closes its connection after it."""
    return _between(close_old_connections, function)


def with_kept_connection(function: Callable[P, R]) -> Callable[P, R]:
    """The same for work that visitors wait for: a connection to a SQLite file stays open for the thread's next call."""
    return _between(end_old_connections, function)


def _between(look_after_connections: Callable[[], None], function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        look_after_connections()
        try:
            return function(*args, **kwargs)
        finally:
            look_after_connections()

    return run


class InDatabase(Protocol[P, R]):
    """An awaitable function that uses the ORM; `sync` is the plain one, for callers that run on a thread."""

    sync: Callable[P, R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]: ...


def in_database(function: Callable[P, R]) -> InDatabase[P, R]:
    """Decorator: makes a function that uses the ORM awaitable, by running it on the database threads.

    The threads keep their connections, because opening one costs more than most queries. A connection that failed is
    replaced after the call.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        _end_connections_that_slept()
        try:
            return function(*args, **kwargs)
        finally:
            _end_connections_that_failed()
            _last_use.at_s = time.monotonic()

    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return await sync_to_async(call, thread_sensitive=False, executor=_executor())(*args, **kwargs)

    awaitable = cast(InDatabase[P, R], wraps(function)(run))
    awaitable.sync = function
    return awaitable


def _end_connections_that_slept() -> None:
    """A firewall or a restart may have cut idle connections; the next visitor's query should not fail because of it."""
    if time.monotonic() - getattr(_last_use, "at_s", 0.0) > TRUSTED_S:
        connections.close_all()


def _end_connections_that_failed() -> None:
    for each in connections.all(initialized_only=True):
        if each.errors_occurred:
            each.close_if_unusable_or_obsolete()


def end_old_connections() -> None:
    """For a long-lived thread between two pieces of work: close connections that failed or that a server may have cut.

    A connection to a SQLite file stays: nothing cuts it, and opening it takes 2 ms of a core, more than most work.
    """
    if connection.vendor == "sqlite":
        _end_connections_that_failed()
    else:
        close_old_connections()


def close_connections() -> None:
    """Close the connections of all database threads once they are idle; for the end of a process or a test."""
    executor = _executor()
    # Each thread waits for the others; otherwise an idle thread would run the call that was meant for a busy one.
    together = threading.Barrier(executor._max_workers)

    def close() -> None:
        together.wait(CLOSE_S)
        connections.close_all()

    for future in [executor.submit(close) for _ in range(executor._max_workers)]:
        future.result()

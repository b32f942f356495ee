"""Closes sockets and streams when their caller's key is revoked, deleted or expired, or their account is closed.

Every process asks the database itself, so a revoked key is shut out everywhere, even if processes cannot reach each
other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError

from access.callers import Caller, holds
from access.models import ApiKey
from lib.database import in_database
from lib.per_loop import PerLoop

log = logging.getLogger(__name__)

LOOK_S = 2.0  # how often the database is asked; one query for all keys, one or two for each account
T = TypeVar("T")


class Stay:
    """One open socket or stream."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._over = asyncio.Event()
        self._waiting: asyncio.Timeout | None = None

    def end(self) -> None:
        self._over.set()
        if self._waiting:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def over(self) -> None:
        """Returns when the caller has lost the right to stay."""
        await self._over.wait()

    async def each(self, steps: AsyncIterator[T]) -> AsyncGenerator[T, None]:
        """The steps, until they end or the caller loses the right to stay; `is_over` tells which."""
        while not self.is_over:
            try:
                async with asyncio.timeout(None) as self._waiting:
                    step = await anext(steps)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if not self.is_over:
                    raise
                return
            finally:
                self._waiting = None
            yield step

    @property
    def is_over(self) -> bool:
        return self._over.is_set()


@asynccontextmanager
async def staying(caller: Caller) -> AsyncIterator[Stay]:
    """Watches the caller's right to stay while the block lasts. A visitor's right depends on the session alone."""
    stay = Stay(caller)
    if caller.key_id is None and caller.user_id is None:
        yield stay
        return
    watch = _watch()
    watch.add(stay)
    try:
        yield stay
    finally:
        watch.discard(stay)


class _Watch:
    """Watches all open sockets and streams of one event loop, while there are any."""

    def __init__(self) -> None:
        self._stays: set[Stay] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, stay: Stay) -> None:
        self._stays.add(stay)
        if self._task is None:
            self._task = asyncio.create_task(self._look(), name="callers")

    def discard(self, stay: Stay) -> None:
        self._stays.discard(stay)
        if not self._stays and self._task:
            self._task.cancel()
            self._task = None

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                gone = await _gone([stay.caller for stay in self._stays])
            except DatabaseError as error:  # the database is away: everybody may stay for now
                log.warning("the rights of open connections could not be read: %s", type(error).__name__)
                continue
            for stay in [stay for stay in self._stays if stay.caller.who in gone]:
                log.info("an open connection of %s ends: it may no longer be here", stay.caller.who)
                stay.end()


@in_database
def _gone(callers: Iterable[Caller]) -> set[str]:
    """The callers (by `who`) whose key or account is no longer valid."""
    keys = {caller.key_id: caller.who for caller in callers if caller.key_id is not None}
    valid = set(ApiKey.objects.valid().filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    gone = {who for key_id, who in keys.items() if key_id not in valid}
    rights = {(caller.user_id, caller.permission, caller.who) for caller in callers if caller.user_id is not None}
    return gone | {who for user_id, permission, who in rights if not _may_stay(user_id, permission)}


def _may_stay(user_id: int, permission: str) -> bool:
    user = get_user_model().objects.filter(pk=user_id, is_active=True, is_staff=True).first()
    return user is not None and (user.is_superuser or holds(user, permission))


@PerLoop
def _watch() -> _Watch:
    return _Watch()

"""Whether this process can take visitors now: what `/readyz` says. A reason names no host, no account and no secret."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from conversations.replies.runs import runs
from lib.database import with_fresh_connection
from lib.per_loop import PerLoop

log = logging.getLogger(__name__)

LOOK_S = 3.0  # a check that takes longer has failed; load balancers mostly wait five
KEPT_S = 1.0  # an answer serves everybody who asks within this: strangers may ask as often as they like
REDIS_S = 1.0
OK = "ok"
_loading = threading.Lock()


async def checks() -> dict[str, str]:
    """By check "ok", or in a few words why not."""
    if runs().is_draining:
        return {"process": "is stopping"}
    return await _looking().found()


class _Looking:
    """One look at a time, and what it found for a moment longer."""

    def __init__(self) -> None:
        self._look: asyncio.Task[dict[str, str]] | None = None
        self._found: dict[str, str] = {}
        self._until = 0.0

    async def found(self) -> dict[str, str]:
        loop = asyncio.get_running_loop()
        if loop.time() < self._until:
            return self._found
        # One that hangs is not begun again by each who asks: its thread would be one more that hangs.
        if self._look is None or self._look.done():
            self._look = loop.create_task(_look(), name="readiness")
        await asyncio.wait([self._look], timeout=LOOK_S)
        if not self._look.done():
            return {"database": f"has not answered within {LOOK_S:.0f} s"}
        self._found, self._until = self._look.result(), loop.time() + KEPT_S
        return self._found


@PerLoop
def _looking() -> _Looking:
    return _Looking()


async def _look() -> dict[str, str]:
    wanted = [_database, *([_redis] if settings.REDIS_URL else [])]
    found: dict[str, str] = {}
    for each in await asyncio.gather(*(asyncio.to_thread(_safely, check) for check in wanted)):
        found.update(each)
    return found


def _safely(check: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return check()
    except Exception:  # a fault of ours: not ready is the safe answer, and the log has why
        log.exception("a check of readiness failed")
        return {check.__name__.strip("_"): "could not be looked at"}


@with_fresh_connection
def _database() -> dict[str, str]:
    try:
        missing = missing_migrations()
    except DatabaseError as error:
        log.warning("not ready: the database failed: %s", type(error).__name__)
        return {"database": "does not answer"}
    said = OK if not missing else f"{len(missing)} not applied; run manage.py migrate"
    return {"database": OK, "migrations": said}


def _redis() -> dict[str, str]:
    return {"redis": OK if redis_answers() else "does not answer"}


def redis_answers() -> bool:
    """Raises nothing."""
    import redis  # not at the top: 0.1 s of a start that mostly needs none

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=REDIS_S, socket_connect_timeout=REDIS_S) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError) as error:
        log.warning("not ready: Redis failed: %s", type(error).__name__)
        return False


def missing_migrations() -> list[tuple[str, str]]:
    """Those of the code that the database has not seen, by app and name. One query, but for the first time."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(_migrations_of_the_code() - set(applied))


def known_to_the_code() -> frozenset[tuple[str, str]]:
    """Every migration there is, with those that others have replaced; any other is of a newer version."""
    with _loading:
        return _loaded()[1]


def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    with _loading:
        return _loaded()[0]


@cache
def _loaded() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """What has to be applied, and all that there is, with what was replaced. Imports every migration, once."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations or ()) | {
        old for each in (loader.disk_migrations or {}).values() for old in each.replaces
    }
    return frozenset(key for key in loader.graph.nodes if key in known), frozenset(known)

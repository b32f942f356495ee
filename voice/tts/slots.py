"""Limits how many requests of an account are open at a time, over all processes. Each request takes a lease in the
Django cache: Redis, or memory if there is only one process.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from voice.errors import SpeechUnavailable

logger = logging.getLogger(__name__)

LEASE_S = 30  # a killed process keeps its slot this long; a running one renews it in time
RENEW_S = 10.0
POLL_S = 0.05  # a fortieth of the longest wait


T = TypeVar("T")


class Slot:
    """One lease. Call `keep` as often as you like; it renews the lease when that is due."""

    def __init__(self, key: str, mark: str):
        self._key = key
        self._mark = mark
        self._kept_at = time.monotonic()

    async def keep(self) -> None:
        if time.monotonic() - self._kept_at > RENEW_S:
            self._kept_at = time.monotonic()
            await _in_cache(lambda: cache.touch(self._key, LEASE_S), False)

    async def free(self) -> None:
        await _in_cache(lambda: cache.get(self._key) == self._mark and cache.delete(self._key), False)


@asynccontextmanager
async def slot_of(account: str, size: int, *, wait_s: float) -> AsyncGenerator[Slot, None]:
    """Holds one of the account's `size` slots while the block runs. Raises SpeechUnavailable if none is free in time.

    `account` may be an API key; only its hash is stored. If the cache fails, everybody gets a slot, and the provider
    itself refuses too many requests.
    """
    name = "speech-slot:" + hashlib.sha256(account.encode()).hexdigest()[:32]
    slot = await _wait_for_slot(name, size, wait_s)
    try:
        yield slot
    finally:
        await slot.free()


async def _wait_for_slot(name: str, size: int, wait_s: float) -> Slot:
    mark = secrets.token_hex(8)
    until = time.monotonic() + wait_s
    while True:
        taking = asyncio.ensure_future(_in_cache(lambda: _take(name, mark, size), f"{name}:away"))
        try:
            key = await asyncio.shield(taking)
        except asyncio.CancelledError:
            if taken := await taking:  # the thread goes on after the cancellation; free the slot that it takes
                await Slot(taken, mark).free()
            raise
        if key:
            return Slot(key, mark)
        if time.monotonic() >= until:
            raise SpeechUnavailable(SpeechUnavailable.Cause.RATE_LIMITED, f"the account's {size} requests are open")
        await asyncio.sleep(POLL_S)


def _take(name: str, mark: str, size: int) -> str:
    """Takes the first free slot and returns its key; "" if none is free."""
    keys = (f"{name}:{number}" for number in range(size))
    return next((key for key in keys if cache.add(key, mark, LEASE_S)), "")


async def _in_cache(call: Callable[[], T], otherwise: T) -> T:
    """Runs `call`, in a thread if the cache is on the network. Returns `otherwise` if the cache fails."""
    try:
        return await asyncio.to_thread(call) if settings.REDIS_URL else call()
    except Exception as exc:  # each cache backend has its own errors
        logger.warning("The cache did not answer for a slot of speech: %s", type(exc).__name__)
        return otherwise

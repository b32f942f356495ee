"""Waiting for what another task, thread or server brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENT_S = 30.0  # far more than anything takes, also on a loaded machine


async def until(claim: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENT_S):
        while not claim():  # noqa: ASYNC110 # a fake or a thread has no Event for it
            await asyncio.sleep(0.005)

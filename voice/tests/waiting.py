"""Waiting for what another task, thread or server brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fakes.patience import PATIENCE_S as PATIENT_S


async def until(claim: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENT_S):
        while not claim():  # noqa: ASYNC110 # a fake or a thread has no Event for it
            await asyncio.sleep(0.005)

"""A fake server for each test, and no connection left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agents.llm.openai_compatible import close_clients
from fakes.openai import FakeOpenAI


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI() as server:
        yield server
        await close_clients()

"""PostgreSQL restarted under the site: nothing acknowledged is lost. Collected on PostgreSQL only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid

import aiohttp
import psycopg
import pytest

from e2e.processes.test_full_and_locked import site_on
from e2e.processes.visitor import Visitor, question

pytestmark = pytest.mark.process


async def test_database_connections_cut_in_mid_answer_cost_nothing(tmp_path, upstream):
    slow, slow_answer = question("slow", count=40, rate_per_s=10)
    with site_on(tmp_path, upstream) as made:
        database = made.environment["DATABASE_URL"].rsplit("/", 1)[1]

        async def cut_all() -> None:
            async with await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
                for _ in range(60):
                    await own.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
                    )
                    await asyncio.sleep(0.05)

        async def send_meanwhile(number: int) -> None:
            async with Visitor.arriving() as visitor:
                text, answer = question(f"cut{number}", count=5, rate_per_s=20)
                client_id = str(uuid.uuid4())
                with contextlib.suppress(aiohttp.ClientError):
                    first = await visitor.send(made.url, text, client_id)
                    assert first.status in {200, 503}
                await visitor.insist(made.url, text, client_id)
                stored = await visitor.settled(made.url)
                assert [message.role for message in stored] == ["user", "assistant"]
                assert stored[1].text == answer

        async with Visitor.arriving() as visitor:
            answer_id = (await visitor.insist(made.url, slow)).answer_id
            async with visitor.page(made.url) as page:
                await page.shows(answer_id, 5)
                await asyncio.gather(cut_all(), *(send_meanwhile(number) for number in range(5)))
                shown = await page.ended(answer_id)
            stored = await visitor.settled(made.url)

    assert (shown.status, shown.text) == ("complete", slow_answer)
    assert [message.text for message in stored[1:]] == [slow_answer]

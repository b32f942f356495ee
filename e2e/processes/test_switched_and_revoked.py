"""What is done at one server process reaches what is open at the other: an agent switched, deleted, a key revoked."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import aiohttp
import pytest

from fakes.patience import PATIENCE_S

pytestmark = [pytest.mark.process, pytest.mark.services]

MAKE = """
import json
from access import keys
from agents.models import Agent
agent = Agent.objects.create(name="Bea", slug="bea-{0}", checks_answers=False)
agent.publish("You sell lamps.")
made = [keys.create(name) for name in ("Boss", "Shop")]
print(json.dumps([str(agent.pk), agent.slug, made[0][1], made[1][1], made[1][0].pk]))
"""


async def until(socket: aiohttp.ClientWebSocketResponse, **values: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            frame: dict[str, Any] = await socket.receive_json()
            if frame | values == frame:
                return


async def test_what_is_open_at_one_process_hears_of_what_is_done_at_the_other(pair):
    made = await asyncio.to_thread(pair.a.shell, MAKE.replace("{0}", uuid.uuid4().hex[:8]))
    agent, slug, boss, shop, shop_id = json.loads(made)
    path = f"{pair.a.url}/api/agents/{agent}"

    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {boss}"}) as http,
        aiohttp.ClientSession() as others,
        others.ws_connect(f"{pair.b.url}/socket") as by_key,
        others.ws_connect(f"{pair.b.url}/socket") as visitor,
    ):
        await by_key.send_json({"type": "connect", "key": shop, "agent": slug})
        await visitor.send_json({"type": "connect", "agent": slug})
        await until(by_key, type="connect")
        await until(visitor, type="connect")

        await http.patch(path, json={"is_active": False})
        await until(visitor, type="status", state="unavailable")
        await http.patch(path, json={"is_active": True})
        await until(visitor, type="status", state="available")

        revoke = f"from access.models import ApiKey; ApiKey.objects.get(pk={shop_id}).revoke()"
        await asyncio.to_thread(pair.a.shell, revoke)
        await until(by_key, type="error", code="unauthorized")
        assert (await asyncio.wait_for(by_key.receive(), PATIENCE_S)).data == 4401

        await http.delete(path)
        await until(visitor, type="status", state="deleted")
        assert (await asyncio.wait_for(visitor.receive(), PATIENCE_S)).data == 4404

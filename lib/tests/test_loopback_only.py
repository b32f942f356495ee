"""With loose settings nobody from elsewhere is served, whichever program serves the application."""

import pytest

from lib.web.loopback_only import loopback_only

LOOSE = {"API_AUTH": "API_AUTH is off and {reach}; set API_AUTH=required."}


async def served(kind: str, server: object, loose: dict[str, str]) -> list[dict]:
    sent: list[dict] = []

    async def application(scope, receive, send):
        await send({"type": "served"})

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    await loopback_only(application, loose)({"type": kind, "server": server}, receive, send)
    return sent


@pytest.mark.parametrize(
    "server", [["192.168.1.5", 80], ["2001:db8::1", 80], ["::ffff:10.0.0.1", 80], ["web.internal", 80]]
)
async def test_who_comes_from_elsewhere_reads_which_setting_is_loose(server):
    page, socket = await served("http", server, LOOSE), await served("websocket", server, LOOSE)

    assert page[0]["status"] == 503
    assert b"set API_AUTH=required" in page[1]["body"]
    assert socket == [{"type": "websocket.close", "code": 4403}]


@pytest.mark.parametrize(
    "server", [["127.0.0.1", 80], ["::1", 80], ["::ffff:127.0.0.1", 80], ["/run/x.sock", None], None]
)
async def test_this_machine_is_served(server):
    assert await served("http", server, LOOSE) == [{"type": "served"}]


async def test_with_nothing_loose_everybody_is_served():
    assert await served("http", ["192.168.1.5", 80], {}) == [{"type": "served"}]

"""Serves 64 kB pieces without end, over HTTP and a socket, and says at /sent how many it got rid of. For a test."""

from __future__ import annotations

import os
import sys
from typing import Any

PIECE = "x" * 65_536
sent = {"http": 0, "websocket": 0}


async def endless(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"] == "/sent":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{sent['http']} {sent['websocket']}".encode()})
        return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
    else:
        await receive()
        await send({"type": "websocket.accept"})
    for _ in range(1_000):
        if scope["type"] == "http":
            await send({"type": "http.response.body", "body": PIECE.encode(), "more_body": True})
        else:
            await send({"type": "websocket.send", "text": PIECE})
        sent[scope["type"]] += 1


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "salesagent.settings"
    import django

    django.setup()
    from salesagent.serving.server import DrainingServer

    port = int(sys.argv[1])
    server = DrainingServer(endless, host="127.0.0.1", port=port, on_ready=lambda: print("ready", flush=True))
    server.run()

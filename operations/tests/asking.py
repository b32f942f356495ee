"""Asks the ASGI application as a server would hand it a request: with an address, and headers as they came."""

from __future__ import annotations

import asyncio
from typing import Any

from salesagent.asgi import application

LOCAL = ("127.0.0.1", 40_000)


async def ask(
    path: str,
    *,
    method: str = "GET",
    client: tuple[str, int] | None = LOCAL,
    host: str = "127.0.0.1:8000",
    **headers: str,
) -> tuple[int, dict[str, str], str]:
    """Status, headers and text; a header's name is written with underscores."""
    given = [(b"host", host.encode())]
    given += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": given,
        "client": list(client) if client else None,
        "server": ["127.0.0.1", 8000],
    }
    sent: list[dict[str, Any]] = []
    is_asked = False

    async def receive() -> dict[str, Any]:
        nonlocal is_asked
        if is_asked:  # the client stays, and says no more
            await asyncio.Event().wait()
        is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, body.decode()

"""Keeps a server with unsafe settings reachable from its own machine only, even if another program serves it.

Such a program does not tell where it listens, so HOST says nothing.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lib.rest.problems import unavailable

log = logging.getLogger(__name__)
Application = Callable[..., Awaitable[Any]]


def loopback_only(application: Application, loose: Mapping[str, str]) -> Application:
    """An ASGI application that refuses connections from other machines.

    `loose` are the unsafe settings, in words. Without any, nobody is refused.
    """
    if not loose:
        return application
    words = next(iter(loose.values())).format(reach="the server can be reached from other machines")

    async def run(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if scope["type"] == "lifespan" or _is_own(scope.get("server")):
            return await application(scope, receive, send)
        log.error("Setting refused: %s", words)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return None
        error = unavailable(words)
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": f"Setting refused: {words}\n".encode()})

    return run


def _is_own(server: Any) -> bool:
    """Whether a connection came through a loopback address or a Unix socket, or has no address (in a test)."""
    if not server or server[0] is None or "/" in str(server[0]):
        return True
    try:
        address = ipaddress.ip_address(str(server[0]).partition("%")[0])
    except ValueError:
        return str(server[0]) in {"localhost", "testserver"}
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)

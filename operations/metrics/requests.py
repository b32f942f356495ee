"""Counts requests and sockets where they come in, by kind: never by address, of which there is no end."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from lib.figures import Level, Spread, Tally

REQUESTS = Tally("salesagent_requests", "Requests that were answered", ["kind", "method", "status"])
REQUEST_S = Spread(
    "salesagent_request_seconds",
    "From a request to the first byte of its answer",
    ["kind"],
    bounds=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OPEN_REQUESTS = Level("salesagent_open_requests", "Requests under way, streams with them", ["kind"])
OPEN_SOCKETS = Level("salesagent_open_sockets", "WebSockets that are open", ["kind"])
REFUSED_SOCKETS = Tally("salesagent_refused_sockets", "WebSockets that were not let in", ["kind"])

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
KINDS = (  # by how the path begins, the first that fits
    ("/static/", "static"),
    ("/media/", "media"),
    ("/api/v1/health", "probe"),
    ("/api/health", "probe"),
    ("/api", "api"),
    ("/admin", "staff"),
    ("/inbox", "staff"),
    ("/embed", "embed"),
    ("/healthz", "probe"),
    ("/readyz", "probe"),
    ("/metrics", "probe"),
)
SOCKETS = (("/ws/audio", "voice"), ("/ws/inbox/", "inbox"), ("/ws/chat/", "page"), ("/socket", "json"))

Application = Callable[..., Awaitable[Any]]


def counted(application: Application) -> Application:
    """An ASGI application that counts what is asked of it."""

    async def run(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if scope["type"] == "http":
            return await _request(application, scope, receive, send)
        if scope["type"] == "websocket":
            return await _socket(application, scope, receive, send)
        return await application(scope, receive, send)

    return run


async def _request(application: Application, scope: dict[str, Any], receive: Any, send: Any) -> Any:
    kind, begun = kind_of(scope["path"], KINDS, "page"), time.monotonic()
    method = scope["method"] if scope["method"] in METHODS else "other"
    status = "none"  # the client was gone before there was an answer

    async def noting(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = str(message["status"])
            REQUEST_S.add(time.monotonic() - begun, kind)
        await send(message)

    OPEN_REQUESTS.add(kind)
    try:
        return await application(scope, receive, noting)
    finally:
        OPEN_REQUESTS.take(kind)
        REQUESTS.add(kind, method, status)


async def _socket(application: Application, scope: dict[str, Any], receive: Any, send: Any) -> Any:
    kind = kind_of(scope["path"], SOCKETS, "other")
    is_open = False

    async def noting(message: dict[str, Any]) -> None:
        nonlocal is_open
        if message["type"] == "websocket.accept" and not is_open:
            is_open = True
            OPEN_SOCKETS.add(kind)
        await send(message)

    try:
        return await application(scope, receive, noting)
    finally:
        if is_open:
            OPEN_SOCKETS.take(kind)
        else:
            REFUSED_SOCKETS.add(kind)


def kind_of(path: str, kinds: tuple[tuple[str, str], ...], other: str) -> str:
    return next((kind for beginning, kind in kinds if path.startswith(beginning)), other)

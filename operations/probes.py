"""What a load balancer and a monitor ask: /healthz, /readyz and /metrics.

They are answered before Django is: a process lives while its database hangs, and a probe names whatever host it likes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from lib.database import with_fresh_connection
from operations import readiness
from operations.watchers import may_watch

Application = Callable[..., Awaitable[Any]]
Answer = tuple[int, str, bytes]  # status, type, body

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


def probed(application: Application) -> Application:
    """An ASGI application that answers the three, and passes on whatever else is asked."""

    async def run(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        probe = PROBES.get(scope.get("path", "")) if scope["type"] == "http" else None
        if probe is None:
            return await application(scope, receive, send)
        if scope["method"] not in {"GET", "HEAD"}:
            return await _send(send, (405, TEXT, b"Only GET and HEAD.\n"), allow=True)
        return await _send(send, await probe(scope), is_head=scope["method"] == "HEAD")

    return run


async def _healthz(scope: dict[str, Any]) -> Answer:
    """Whether the process lives and its event loop turns; nothing else is asked."""
    return 200, JSON, b'{"status": "ok"}\n'


async def _readyz(scope: dict[str, Any]) -> Answer:
    found = await readiness.checks()
    is_ready = all(said == readiness.OK for said in found.values())
    body = {"status": "ready" if is_ready else "not ready", "checks": found}
    return 200 if is_ready else 503, JSON, json.dumps(body).encode() + b"\n"


async def _metrics(scope: dict[str, Any]) -> Answer:
    if not may_watch(scope.get("client"), scope["headers"]):
        said = "Send METRICS_TOKEN as a bearer token; without one only programs on this machine may read this.\n"
        return 403, TEXT, said.encode()
    from operations.metrics.page import CONTENT_TYPE, page  # not at the top: a start needs no Prometheus

    return 200, CONTENT_TYPE, await asyncio.to_thread(with_fresh_connection(page))


PROBES: dict[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
    "/healthz": _healthz,
    "/readyz": _readyz,
    "/metrics": _metrics,
}


async def _send(send: Any, answer: Answer, *, is_head: bool = False, allow: bool = False) -> None:
    status, content_type, body = answer
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *([(b"allow", b"GET, HEAD")] if allow else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else body})

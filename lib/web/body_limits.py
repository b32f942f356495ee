"""Limits the size of request bodies while they arrive, before anything is stored or parsed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestAborted

from lib.rest.problems import too_large

ENVELOPE_BYTES = 65_536  # what a multipart body adds to its file
FILES_OF_A_MESSAGE = 4  # sent in one body by a page without JavaScript

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def limit_of(content_type: bytes) -> int:
    """The most bytes that a body of this content type may have: uploads may be larger than JSON and forms."""
    if content_type.strip().lower().startswith(b"multipart/"):
        files = FILES_OF_A_MESSAGE * settings.MAX_ATTACHMENT_SIZE
        return max(settings.MAX_DOCUMENT_SIZE, settings.MAX_AUDIO_SIZE, files) + ENVELOPE_BYTES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def refusal(limit_bytes: int) -> bytes:
    """The body of the 413."""
    return json.dumps(too_large(limit_bytes).body()).encode()


class _BodyTooLarge(RequestAborted):  # Django ends the request silently on it; the answer is sent here
    pass


def bounded(application: Application) -> Application:
    """An ASGI application that answers 413 as soon as a body is too large for its content type."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        limit_bytes = limit_of(_header(scope["headers"], b"content-type"))
        received, is_too_large = 0, False

        async def receive_bounded() -> Message:
            nonlocal received, is_too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit_bytes:
                is_too_large = True
                raise _BodyTooLarge
            return message

        if _declared(scope["headers"]) > limit_bytes:
            return await _refuse(send, limit_bytes)
        await application(scope, receive_bounded, send)
        if is_too_large:
            await _refuse(send, limit_bytes)

    return run


async def _refuse(send: Send, limit_bytes: int) -> None:
    body = refusal(limit_bytes)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    return next((value for key, value in headers if key.lower() == name), b"")


def _declared(headers: Iterable[tuple[bytes, bytes]]) -> int:
    value = _header(headers, b"content-length")
    return int(value) if value.isdigit() else 0

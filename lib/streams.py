"""Responses whose body is made while it is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from django.http import StreamingHttpResponse


class ClosingStream(StreamingHttpResponse):
    """A streaming response that closes its body as soon as the client is gone, so that its resources are freed."""

    def __init__(self, body: AsyncGenerator[bytes, None], **options: Any):
        """`options` are those of HttpResponse: `content_type`, `headers`, `status`."""
        self._body = body
        super().__init__(body, **options)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Django closes only this generator when the client is gone, and leaves `body` to the garbage collector.
        async with aclosing(self._body) as pieces:
            async for piece in pieces:
                yield piece

"""Answers of a view whose body is made as it is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from django.http import StreamingHttpResponse


class ClosingStream(StreamingHttpResponse):
    """A body that is closed as soon as its client is gone, so that what it holds is given back at once."""

    def __init__(self, body: AsyncGenerator[bytes, None], **options: Any):
        """`options` are those of an HttpResponse: `content_type`, `headers`, `status`."""
        self._body = body
        super().__init__(body, **options)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Django closes this when the client is gone; what it iterates over it would leave to the garbage collector.
        async with aclosing(self._body) as pieces:
            async for piece in pieces:
                yield piece

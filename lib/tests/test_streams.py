"""A body that is made while it is sent, and a client that goes away."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from lib.streams import ClosingStream


class Body:
    """Three pieces, and whether it was closed."""

    is_closed = False

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        try:
            for piece in (b"one ", b"two ", b"three"):
                yield piece
        finally:
            self.is_closed = True


async def test_the_whole_body_is_sent():
    stream = ClosingStream(Body().pieces(), content_type="text/plain", headers={"X-Kind": "test"}, status=206)

    assert b"".join([piece async for piece in stream]) == b"one two three"
    assert (stream.status_code, stream["Content-Type"], stream["X-Kind"]) == (206, "text/plain", "test")


async def test_the_body_of_a_client_that_is_gone_is_closed_at_once():
    body = Body()
    sending = aiter(ClosingStream(body.pieces()))
    assert await anext(sending) == b"one "

    await sending.aclose()  # as Django does

    assert body.is_closed

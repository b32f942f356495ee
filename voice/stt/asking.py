"""Asks a transcription service over the network: with a retry, a time limit and a limit for the answer's size.

The chain decides which service is asked, and in which order.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any, TypeVar

from voice.errors import SpeechUnavailable

R = TypeVar("R")
Cause = SpeechUnavailable.Cause

TIMEOUT_S = 10.0  # for everything; the slowest provider's 99th percentile is 2 s (pipecat's table)
CONNECT_S = 5.0  # enough for a running server even if one or two packets are lost (repeated after 1 s, then 2 s)
RETRY_AFTER_S = 0.25  # most short failures end within a second
ANSWER_BYTES = 262_144  # two minutes of speech are 2 kB of words, or 40 kB with the time of each word
TEXT_CHARS = 10_000  # the longest message allowed; two minutes of fast speech are a quarter of it


class Hiccup(SpeechUnavailable):
    """A failure after which a second request may succeed: no connection, or an internal error of the server."""


async def patiently(ask: Callable[[], Awaitable[R]], timeout_s: float) -> R:
    """Returns the result of `ask`, which is called a second time after a Hiccup.

    Raises SpeechUnavailable if both calls fail, or after `timeout_s`.
    """
    try:
        async with asyncio.timeout(timeout_s):
            try:
                return await ask()
            except Hiccup:
                await asyncio.sleep(RETRY_AFTER_S)
                return await ask()
    except TimeoutError:
        raise SpeechUnavailable(Cause.TIMED_OUT, f"no answer within {timeout_s:g} s") from None


async def text_of(body: AsyncIterable[bytes], field: str) -> str:
    """Reads a JSON object and returns the text in `field`.

    Raises SpeechUnavailable if there is none or it is too long.
    """
    return str((await answer_of(body, field))[field])


async def answer_of(body: AsyncIterable[bytes], field: str) -> dict[str, Any]:
    """Reads a JSON object that has a text in `field`. Raises SpeechUnavailable as `text_of` does."""
    parts, size = [], 0
    async for data in body:
        parts.append(data)
        size += len(data)
        if size > ANSWER_BYTES:
            raise SpeechUnavailable(Cause.PROVIDER_ERROR, f"an answer of more than {ANSWER_BYTES} bytes")
    try:
        answer = json.loads(b"".join(parts))
        text = answer[field]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise SpeechUnavailable(Cause.PROVIDER_ERROR, f"an answer without {field}") from None
    if not isinstance(text, str) or len(text) > TEXT_CHARS:
        raise SpeechUnavailable(Cause.PROVIDER_ERROR, f"{field} is no text, or too long") from None
    return dict(answer)


def check_key(api_key: str) -> None:
    """Raises SpeechUnavailable for a key that no header can carry. The HTTP client's own error would print the key."""
    if not (api_key.isascii() and api_key.isprintable()):
        raise SpeechUnavailable(Cause.NOT_CONFIGURED, "the API key has characters that no key has")

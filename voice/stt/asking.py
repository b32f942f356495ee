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

TIMEOUT_S = 10.0  # everything included; the slowest provider's 99th percentile is 2 s, says pipecat's table
CONNECT_S = 5.0  # a server that is there accepts within one lost packet or two (1 s, then 2 s)
RETRY_AFTER_S = 0.25  # hiccups are over within a second
ANSWER_BYTES = 262_144  # two minutes of speech are 2 kB of words, and 40 kB with the times of each
TEXT_CHARS = 10_000  # the longest message there may be; two minutes of fast speech are a quarter of it


class Hiccup(SpeechUnavailable):
    """A failure that the next request may not meet: no connection, or a server's own error."""


async def patiently(ask: Callable[[], Awaitable[R]], timeout_s: float) -> R:
    """The result of `ask`, which is called again after a Hiccup. Raises SpeechUnavailable after at most `timeout_s`."""
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
    """The text in this field of a JSON object. Raises SpeechUnavailable for anything else, and for too much of it."""
    return str((await answer_of(body, field))[field])


async def answer_of(body: AsyncIterable[bytes], field: str) -> dict[str, Any]:
    """A JSON object with a text in this field. Raises as `text_of` does."""
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
    """Raises SpeechUnavailable for a key that no header can carry; the transport's own error would print it."""
    if not (api_key.isascii() and api_key.isprintable()):
        raise SpeechUnavailable(Cause.NOT_CONFIGURED, "the API key has characters that no key has")

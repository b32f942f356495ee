"""Speech from Smallest.ai Waves: the streaming route, or the plain one if that is gone. Their client package is not
used, because it installs a web server and sends usage data. Routes and fields as documented in August 2026.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from lib.per_loop import PerLoop
from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.sound.rates import SPEAKING_RATE
from voice.tts.slots import slot_of
from voice.tts.sound import SampleStream
from voice.tts.speaker import Voice
from voice.tts.timely import eager, timely

if TYPE_CHECKING:
    import aiohttp

MODEL = "lightning_v3.1"
LIVE_PATH = "/waves/v1/tts/live"
PLAIN_PATH = "/waves/v1/tts"
WAIT_S = 2.0  # for a slot of the account; after that the next provider speaks
FIRST_PIECE_S = 3.0  # it takes 0.2 s in their region and 0.8 s far from it; after 3 s the next provider speaks
NO_LIVE_S = 600.0  # a streaming route that was gone is not tried again for this long
DRAIN_S = 0.1  # to read the end of the body, the only thing that follows the last event
MAX_EVENT = 4_194_304  # bytes of one event: over a minute of sound
_Cause = SpeechUnavailable.Cause


class SmallestSpeaker:
    """Uses the voice's name or else SMALLEST_VOICE, and makes at most SMALLEST_CONCURRENCY requests at a time."""

    name = "smallest"

    def missing(self) -> str:
        """A translated sentence that tells staff which setting is missing; "" if none."""
        return "" if settings.SMALLEST_API_KEY else _("Set SMALLEST_API_KEY.")

    def is_ready(self) -> bool:
        return not self.missing()

    def identity(self, voice: Voice) -> tuple[str, ...]:
        host = urlsplit(settings.SMALLEST_BASE_URL).netloc
        return self.name, host, MODEL, voice.name or settings.SMALLEST_VOICE

    def stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """See Speaker. Waits at most WAIT_S for a free slot of the account."""
        return eager(timely(_ask(text, voice), text, voice, first_piece_s=WAIT_S + FIRST_PIECE_S))


async def _ask(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    if not SmallestSpeaker().is_ready():
        raise SpeechUnavailable(_Cause.NOT_CONFIGURED, "no key")
    await load("aiohttp")
    async with slot_of(settings.SMALLEST_API_KEY, settings.SMALLEST_CONCURRENCY, wait_s=WAIT_S) as slot:
        with _as_unavailable():
            # The provider's time limit begins here, after the wait for a slot.
            answer = timely(_answer(text, voice), text, voice, first_piece_s=FIRST_PIECE_S)
            async with aclosing(answer) as sound:
                async for piece in sound:
                    yield piece
                    await slot.keep()


async def _answer(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    if time.monotonic() >= _no_live_until.get(settings.SMALLEST_BASE_URL, 0.0):
        async with _post(LIVE_PATH, text, voice, "text/event-stream") as response:
            if response.status not in (404, 410):
                _check(response)
                async with aclosing(_live(response)) as sound:
                    async for piece in sound:
                        yield piece
                return
            _no_live_until[settings.SMALLEST_BASE_URL] = time.monotonic() + NO_LIVE_S
    # Their documentation says that the answer may be empty without the Accept header.
    async with _post(PLAIN_PATH, text, voice, "audio/wav") as response:
        _check(response)
        if response.content_type.startswith(("text/", "application/json")):
            raise SpeechUnavailable(_Cause.PROVIDER_ERROR, "the answer is text, not sound")
        sound_in = SampleStream()
        async for data in response.content.iter_any():
            yield sound_in.feed(data)
        yield sound_in.finish()


async def _live(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    """Yields the sound of an event stream. Raises SpeechUnavailable if it ends without the last event."""
    rest = b""
    sound = SampleStream()
    async for data in response.content.iter_any():
        *lines, rest = (rest + data).split(b"\n")
        if len(rest) > MAX_EVENT:
            raise SpeechUnavailable(_Cause.PROVIDER_ERROR, "an event without end")
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            piece, is_done = _read_event(line.removeprefix(b"data:"))
            yield sound.feed(piece)
            if is_done:
                yield sound.finish()
                await _drain(response)
                return
    raise SpeechUnavailable(_Cause.PROVIDER_ERROR, "the sound was cut off")


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Reads the end of the body, so that the next clause can use the same connection without a new handshake."""
    import aiohttp

    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(DRAIN_S):
            await response.content.readany()


def _read_event(data: bytes) -> tuple[bytes, bool]:
    """Returns the sound of one event, and whether it is the last event. Raises SpeechUnavailable."""
    try:
        event = json.loads(data)
        sound = base64.b64decode(event.get("audio") or "", validate=True)
    except (ValueError, AttributeError, TypeError, binascii.Error):
        raise SpeechUnavailable(_Cause.PROVIDER_ERROR, "an event that is none") from None
    status = str(event.get("status", ""))
    if status == "error" or event.get("error") or (status.isdecimal() and int(status) >= 400):
        raise SpeechUnavailable(_cause_of(int(status) if status.isdecimal() else 500), "an error in the stream")
    return sound, event.get("done") is True


def _post(path: str, text: str, voice: Voice, accept: str) -> aiohttp.client._RequestContextManager:
    asked = {
        "text": text,
        "voice_id": voice.name or settings.SMALLEST_VOICE,
        "model": MODEL,
        "sample_rate": SPEAKING_RATE,
        "speed": min(max(voice.speed, 0.5), 2.0),
        "language": voice.language,
        "output_format": "pcm",
    }
    headers = {"Authorization": f"Bearer {settings.SMALLEST_API_KEY}", "Accept": accept}
    return _session().post(settings.SMALLEST_BASE_URL + path, json=asked, headers=headers, allow_redirects=False)


def _check(response: aiohttp.ClientResponse) -> None:
    if response.status != 200:
        raise SpeechUnavailable(_cause_of(response.status), f"HTTP {response.status}")


def _cause_of(status: int) -> SpeechUnavailable.Cause:
    """The cause that an HTTP status means. Withdrawn routes and models answer with 404 or 410."""
    if status in (401, 403, 404, 410):
        return _Cause.NOT_CONFIGURED
    if status in (402, 429):
        return _Cause.RATE_LIMITED
    return _Cause.TIMED_OUT if status in (408, 504) else _Cause.PROVIDER_ERROR


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Replaces exceptions of the HTTP client, which may contain an address, a header or the server's text."""
    import aiohttp

    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        cause = _Cause.TIMED_OUT if isinstance(exc, TimeoutError) else _Cause.PROVIDER_ERROR
        raise SpeechUnavailable(cause, f"no answer: {type(exc).__name__}") from None


# --- Connections --------------------------------------------------------------------------------------------------
_no_live_until: dict[str, float] = {}  # by base URL; time.monotonic()


@PerLoop
def _session() -> aiohttp.ClientSession:
    """The connection pool of the running event loop."""
    import aiohttp

    # No total timeout, since `timely` limits the time. A connection that stays open saves the next clause a handshake.
    connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=55.0)
    timeout = aiohttp.ClientTimeout(total=None, connect=FIRST_PIECE_S, sock_read=10.0)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


async def close_sessions() -> None:
    """Closes the connections of the running event loop; for loops that end before the process, and for tests."""
    _no_live_until.clear()
    if session := _session.forget():
        await session.close()

"""Scripted speech in the shapes of OpenAI's and Smallest.ai's servers; part of `FakeOpenAI`, on the same port.

In a test, `fake.say(Spoken(...))` for the next requests and `fake.spoken` for what came; from another process, POST
/_say (one script or a list) and GET /_spoken. Without a script every word is a low tone of 0.4 s, at once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from aiohttp import web

RATE = 24_000
PIECE_BYTES = RATE * 2 // 10  # a tenth of a second
TONE_HZ = 200
TONE_LOUDNESS = 6000  # of 32,767: quiet enough for a test that somebody plays
WEB_PAGE = b"<!doctype html><title>Bad gateway</title>"
ENDLESS_S = 3600.0  # longer than any test waits


@dataclass(frozen=True)
class Spoken:
    """How one request is answered. Positions count bytes of sound sent before; `None` is never."""

    first_byte_s: float = 0.0  # from the request's arrival
    rtf: float = 0.0  # seconds of work for a second of sound: 0.3 is 3.3 times faster than one listens; 0 is at once
    seconds_per_word: float = 0.4
    status: int = 200
    stall_after_bytes: int | None = None  # silence with an open connection; -1 is before the response's headers
    cut_after_bytes: int | None = None  # the connection closes in the middle of the body
    end_after_bytes: int | None = None  # the body ends in good order, and without the stream's last event
    garbage: bool = False  # a web page where sound should be, or events that are none
    is_silent: bool = False  # all in good order, and no sound
    wav_rate: int = 0  # a WAV of this rate instead of bare samples

    def sound(self, text: str) -> bytes:
        rate = self.wav_rate or RATE
        samples = 0 if self.is_silent else round(len(text.split()) * self.seconds_per_word * rate)
        tone = _tone(rate)
        sound = (tone * (samples * 2 // len(tone) + 1))[: samples * 2]
        return _wav_header(rate) + sound if self.wav_rate else sound

    def due(self, arrived_at: float, sent_bytes: int) -> float:
        return arrived_at + self.first_byte_s + self.rtf * sent_bytes / (RATE * 2)


@dataclass
class SpeechRequest:
    """One request as it came; times are `time.monotonic()`. `gone_at` is when the client left before the end."""

    path: str
    text: str
    voice: str
    body: dict[str, Any]
    is_keyed: bool
    arrived_at: float
    connection: str  # the client's host and port: the same one again is a connection used again
    first_byte_at: float | None = None
    finished_at: float | None = None
    gone_at: float | None = None
    bytes_sent: int = 0


class FakeSpeech:
    """The routes and what they were asked. `gone` paths answer 404, as routes out of service do."""

    def __init__(self) -> None:
        self._scripts: deque[Spoken] = deque()
        self.spoken: list[SpeechRequest] = []
        self.gone: set[str] = set()

    def say(self, *scripts: Spoken) -> None:
        """Answers the next requests by these, one each."""
        self._scripts.extend(scripts)

    def reset(self) -> None:
        self._scripts.clear()
        self.spoken.clear()
        self.gone.clear()

    def mount(self, app: web.Application) -> None:
        app.router.add_post("/v1/audio/speech", self._plain)
        app.router.add_post("/waves/v1/tts", self._plain)
        app.router.add_post("/waves/v1/tts/live", self._live)
        app.router.add_post("/_say", self._take_script)
        app.router.add_get("/_spoken", self._list_requests)

    async def _take_script(self, request: web.Request) -> web.Response:
        given = await request.json()
        try:
            self.say(*(Spoken(**values) for values in (given if isinstance(given, list) else [given])))
        except TypeError as exc:
            raise web.HTTPBadRequest(text=str(exc)) from exc
        return web.json_response({"queued": len(self._scripts)})

    async def _list_requests(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(received) for received in self.spoken])

    async def _plain(self, request: web.Request) -> web.StreamResponse:
        async def raw(response: web.StreamResponse, sound: bytes) -> None:
            await response.write(sound)

        return await self._serve(request, "audio/pcm", raw, ended=None)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        async def event(response: web.StreamResponse, sound: bytes) -> None:
            data = {"audio": base64.b64encode(sound).decode(), "done": False, "status": "206"}
            await response.write(b"event: audio\ndata: " + json.dumps(data).encode() + b"\n\n")

        return await self._serve(request, "text/event-stream", event, ended=b'data: {"status":"200","done":true}\n\n')

    async def _serve(
        self,
        request: web.Request,
        kind: str,
        send: Callable[[web.StreamResponse, bytes], Awaitable[None]],
        ended: bytes | None,
    ) -> web.StreamResponse:
        arrived_at = time.monotonic()
        body = await request.json()
        text, voice = body.get("input", body.get("text", "")), body.get("voice", body.get("voice_id", ""))
        is_keyed = request.headers.get("Authorization", "").startswith("Bearer ")
        peer = request.transport.get_extra_info("peername") if request.transport else ""
        received = SpeechRequest(request.path, text, voice, body, is_keyed, arrived_at, str(peer))
        self.spoken.append(received)
        if request.path in self.gone:
            return web.json_response({"error": "Not found"}, status=404)
        script = self._scripts.popleft() if self._scripts else Spoken()
        try:
            response = await _answer(request, received, script, kind, send, ended)
        except (asyncio.CancelledError, ConnectionResetError):
            received.gone_at = time.monotonic()
            raise
        received.finished_at = time.monotonic()
        return response


async def _answer(
    request: web.Request,
    received: SpeechRequest,
    script: Spoken,
    kind: str,
    send: Callable[[web.StreamResponse, bytes], Awaitable[None]],
    ended: bytes | None,
) -> web.StreamResponse:
    if script.stall_after_bytes == -1:
        await asyncio.sleep(ENDLESS_S)
    if script.status != 200:
        await _sleep_until(script.due(received.arrived_at, 0))
        return web.json_response({"error": {"message": "scripted", "code": None}}, status=script.status)
    response = web.StreamResponse(headers={"Content-Type": "text/html" if script.garbage and not ended else kind})
    await response.prepare(request)
    if script.garbage:
        await response.write(b"data: {broken\n\n" if ended else WEB_PAGE)
        return response
    sound = script.sound(received.text)
    while received.bytes_sent < len(sound) and received.bytes_sent != script.end_after_bytes:
        await _sleep_until(script.due(received.arrived_at, received.bytes_sent))
        if received.bytes_sent == script.stall_after_bytes:
            await asyncio.sleep(ENDLESS_S)
        if received.bytes_sent == script.cut_after_bytes and request.transport is not None:
            request.transport.close()
            return response
        piece = sound[received.bytes_sent : _next_stop(script, received.bytes_sent)]
        await send(response, piece)
        received.first_byte_at = received.first_byte_at or time.monotonic()
        received.bytes_sent += len(piece)
    if ended and script.end_after_bytes is None:
        await response.write(ended)
    return response


def _next_stop(script: Spoken, sent: int) -> int:
    """Where the next piece ends: a tenth of a second on, or at a scripted fault."""
    faults = (script.stall_after_bytes, script.cut_after_bytes, script.end_after_bytes)
    return min([sent + PIECE_BYTES, *(fault for fault in faults if fault is not None and fault > sent)])


async def _sleep_until(due: float) -> None:
    if (wait_s := due - time.monotonic()) > 0:
        await asyncio.sleep(wait_s)


@cache
def _tone(rate: int) -> bytes:
    """Whole periods, to be repeated without a click."""
    period = rate // TONE_HZ
    return struct.pack(
        f"<{period}h", *(round(TONE_LOUDNESS * math.sin(2 * math.pi * at / period)) for at in range(period))
    )


def _wav_header(rate: int) -> bytes:
    """As streaming servers write it: with lengths that say nothing."""
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVE" + fmt + b"data\xff\xff\xff\xff"

"""Scripted transcription, as OpenAI-compatible servers and Smallest.ai's Pulse give it: the seam of the voice tests.

`FakeOpenAI` has the first of the two routes; `FakePulse` is a server with the second. With the same scripts and the
same list of requests both: `fake.hear(Heard("how much is it?"))`, `fake.heard[0].duration_s`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
import wave
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Self

from aiohttp import web

ENDLESS_S = 3600.0  # longer than any test waits
HUGE_PIECE = b" " * 65_536
DEFAULT_TEXT = "what do you sell"


@dataclass(frozen=True)
class Heard:
    """How one recording is answered."""

    text: str = DEFAULT_TEXT
    after_s: float = 0.0  # from the request's arrival: reading it is the provider's time, not the client's
    status: int = 200
    stall: bool = False  # the request is taken, and nothing comes back
    garbage: bool = False  # 200, and no JSON
    page: bool = False  # 200, and a web page
    more: dict[str, object] = field(default_factory=dict)  # fields of a verbose answer, beside the text
    huge: bool = False  # a body, of whatever status, that ends when the client leaves


@dataclass
class HeardRequest:
    """One recording as it came; times are `time.monotonic()`. `gone_at` is when the client left before the end."""

    model: str
    language: str
    bytes: int
    duration_s: float | None  # None when it is no WAV file
    arrived_at: float
    fields: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    is_finished: bool = False
    gone_at: float | None = None


class Ears:
    """Scripts in, requests out, whichever route they come by. With `api_key` only this one is let in."""

    def __init__(self, *, api_key: str | None = None):
        self.api_key = api_key
        self.heard: list[HeardRequest] = []
        self._scripts: deque[Heard] = deque()
        self.is_closing = False

    def hear(self, *scripts: Heard) -> None:
        """Answers the next recordings by these, one each."""
        self._scripts.extend(scripts)

    def reset(self) -> None:
        self._scripts.clear()
        self.heard.clear()

    def add_openai_routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_post("/_hear", self._take_script)
        app.router.add_get("/_heard", self._list_heard)

    async def _take_script(self, request: web.Request) -> web.Response:
        given = await request.json()
        try:
            self.hear(*(Heard(**values) for values in (given if isinstance(given, list) else [given])))
        except TypeError as exc:
            raise web.HTTPBadRequest(text=str(exc)) from exc
        return web.json_response({"queued": len(self._scripts)})

    async def _list_heard(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(each) for each in self.heard])

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        arrived_at = time.monotonic()
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField) or not form.get("model"):
            return web.json_response({"error": {"message": "file and model are required", "param": "file"}}, status=400)
        data = file.file.read()
        received = HeardRequest(
            str(form["model"]), str(form.get("language", "")), len(data), _duration_s(data), arrived_at, tuple(form)
        )

        def refusal(status: int) -> object:
            # Like some gateways it repeats the key in full: who asks must not pass that on.
            told = f"refused: {request.headers.get('Authorization')}"
            code = {401: "invalid_api_key", 404: "model_not_found"}.get(status)
            return {"error": {"message": told, "type": "scripted", "code": code, "param": None}}

        return await self.answer(request, received, lambda text: {"text": text}, refusal)

    async def answer(
        self,
        request: web.Request,
        received: HeardRequest,
        success: Callable[[str], dict[str, object]],
        refusal: Callable[[int], object],
    ) -> web.StreamResponse:
        """The next script, in the words of one provider."""
        received.headers = tuple(request.headers)
        self.heard.append(received)
        if self.api_key is not None and request.headers.get("Authorization") != f"Bearer {self.api_key}":
            return web.json_response(refusal(401), status=401)
        script = self._scripts.popleft() if self._scripts else Heard()
        try:
            response = await _play(request, received.arrived_at, script, success, refusal)
        except (asyncio.CancelledError, ConnectionResetError):
            if not self.is_closing:
                received.gone_at = time.monotonic()
            raise
        received.is_finished = True
        return response


async def _play(
    request: web.Request,
    arrived_at: float,
    script: Heard,
    success: Callable[[str], dict[str, object]],
    refusal: Callable[[int], object],
) -> web.StreamResponse:
    await asyncio.sleep(ENDLESS_S if script.stall else max(0.0, arrived_at + script.after_s - time.monotonic()))
    if script.huge:
        response = web.StreamResponse(status=script.status, headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(HUGE_PIECE)
    if script.garbage:
        return web.Response(body=b'{"text": "wh', content_type="application/json")
    if script.page:
        return web.Response(text="<!doctype html><p>Welcome", content_type="text/html")
    body = success(script.text) | script.more if script.status == 200 else refusal(script.status)
    return web.json_response(body, status=script.status, dumps=lambda each: json.dumps(each, ensure_ascii=False))


def _duration_s(data: bytes) -> float | None:
    with contextlib.suppress(wave.Error, EOFError), wave.open(io.BytesIO(data)) as file:
        return file.getnframes() / file.getframerate()
    return None


def add_pulse_routes(app: web.Application, ears: Ears) -> None:
    """Smallest.ai's `POST /waves/v1/stt/?model=pulse&language=en`, a recording as the body."""

    async def transcribe(request: web.Request) -> web.StreamResponse:
        arrived_at = time.monotonic()
        data, query = await request.read(), request.query
        if not query.get("model") or request.content_type != "application/octet-stream":
            return web.json_response({"error": "Bad Request", "message": "model is required"}, status=400)
        received = HeardRequest(
            query["model"], query.get("language", ""), len(data), _duration_s(data), arrived_at, tuple(query)
        )

        def success(text: str) -> dict[str, object]:
            words = [{"word": word, "start": at, "end": at + 1.0} for at, word in enumerate(text.split())]
            known: dict[str, object] = {"status": "success", "transcription": text, "language": received.language}
            return known | {"words": words, "request_id": f"request-{len(ears.heard)}"}

        def refusal(status: int) -> object:
            return {"error": "scripted", "message": f"refused: {request.headers.get('Authorization')}"}

        return await ears.answer(request, received, success, refusal)

    app.router.add_post("/waves/v1/stt/", transcribe)


class FakePulse:
    """A server of its own with the Pulse route; `base_url` is for SMALLEST_BASE_URL."""

    def __init__(self, *, api_key: str | None = None):
        self._ears = Ears(api_key=api_key)
        self._runner: web.AppRunner | None = None
        self.hear = self._ears.hear
        self.heard = self._ears.heard
        self.base_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        add_pulse_routes(app, self._ears)
        # With cancellation the handler learns at once that the client left, even when it has nothing to send.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ears.is_closing = True
        if self._runner is not None:
            await self._runner.cleanup()

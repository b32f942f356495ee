"""A scripted OpenAI-compatible server on loopback: the seam of the suite, of browser tests and of benchmarks.

In a test, `async with FakeOpenAI() as fake:` and `fake.then(Script(...))`; for code that runs in another thread or
process, `with FakeOpenAI().in_thread() as fake:` or `python -m fakes.openai --port 9009` with POST /_script (one
script or a list), GET /_requests, POST /_reset. A request may bring its own script, and that wins: `[[fake: {...}]]`
in the last user message, or a model named `fake?text=Hello&rate_per_s=20`. Without any script it echoes the question.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from fakes.patience import PATIENCE_S
from fakes.scripts import Received, Script
from fakes.speech import FakeSpeech
from fakes.transcription import Ears

DIRECTIVE = re.compile(r"\[\[fake:\s*(\{.*?\})\s*\]\]", re.DOTALL)
HIDDEN = "Bearer <hidden>"
MALFORMED_EVENT = b'data: {"choices": [{"delta": {"cont\n\n'
ENDLESS_S = 3600.0  # longer than any test waits
QUIET_S = 7.0


class FakeOpenAI:
    """Serves scripts in the order given; `base_url` is for clients. With `api_key` or `models` only these."""

    def __init__(self, *, port: int = 0, api_key: str | None = None, models: tuple[str, ...] = ()):
        self._port = port
        self._api_key = api_key
        self._models = models
        self._scripts: deque[Script] = deque()
        self._runner: web.AppRunner | None = None
        self._is_closing = False
        self._goes_on = threading.Event()
        self._steps: deque[None] = deque()
        self._resets = 0
        self.requests: list[Received] = []
        self._ears = Ears(api_key=api_key)
        self.hear, self.heard = self._ears.hear, self._ears.heard
        self.speech = FakeSpeech()
        self.say, self.spoken = self.speech.say, self.speech.spoken
        self.base_url = ""

    def then(self, *scripts: Script) -> None:
        """Answers the next requests by these, one each."""
        self._scripts.extend(scripts)

    def go_on(self) -> None:
        """Lets go what is held, and whatever would be held from now on."""
        self._goes_on.set()

    def go_on_once(self) -> None:
        """Lets go what is held, or the first that is held from now on."""
        self._steps.append(None)

    def _may_go_on(self, asked_after: int) -> bool:
        """What was asked before the last of so many resets is of a test that is over: it takes no step of the next."""
        if self._goes_on.is_set() or asked_after != self._resets:
            return True
        with contextlib.suppress(IndexError):
            self._steps.popleft()
            return True
        return False

    def reset(self) -> None:
        self._scripts.clear()
        self._goes_on.clear()
        self._steps.clear()
        self._resets += 1
        self.requests.clear()
        self._ears.reset()
        self.speech.reset()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)  # room for a benchmark's longest prompt
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        self._ears.add_openai_routes(app)
        self.speech.mount(app)
        app.router.add_post("/_script", self._take_script)
        app.router.add_get("/_requests", self._list_requests)
        app.router.add_post("/_reset", self._take_reset)
        # With cancellation the handler learns at once that the client left, even when it has nothing to send.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closing = self._ears.is_closing = True
        if self._runner is not None:
            await self._runner.cleanup()

    @contextlib.contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Serves from an event loop of its own, for tests that have none or block theirs."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="fake-openai", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.__aenter__(), loop).result(timeout=PATIENCE_S)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self.__aexit__(), loop).result(timeout=PATIENCE_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(timeout=PATIENCE_S)
            loop.close()

    async def _list_models(self, _: web.Request) -> web.Response:
        names = self._models or ("fake",)
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    async def _take_script(self, request: web.Request) -> web.Response:
        given = await request.json()
        try:
            self.then(*(Script.of(values) for values in (given if isinstance(given, list) else [given])))
        except (TypeError, ValueError) as exc:
            raise web.HTTPBadRequest(text=str(exc)) from exc
        return web.json_response({"queued": len(self._scripts)})

    async def _list_requests(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(received) for received in self.requests])

    async def _take_reset(self, _: web.Request) -> web.Response:
        self.reset()
        return web.json_response({})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        arrived_at = time.monotonic()
        body = await request.json()
        headers = {name: HIDDEN if name == "Authorization" else value for name, value in request.headers.items()}
        peer = request.transport.get_extra_info("peername") if request.transport else ""
        received = Received(body, headers, arrived_at, str(peer))
        self.requests.append(received)
        try:
            response = await self._answer(request, received)
        except (asyncio.CancelledError, ConnectionResetError):
            if not self._is_closing:
                received.gone_at = time.monotonic()
            raise
        received.is_finished = True
        return response

    async def _answer(self, request: web.Request, received: Received) -> web.StreamResponse:
        if refusal := self._refusal(request, received.body):
            return refusal
        script = self._script_for(received.body)
        if script.stall_after_tokens == -1:
            await asyncio.sleep(ENDLESS_S)
        if script.status != 200:
            await _sleep_until(script.due(received.arrived_at, 0))
            error = script.error or {"message": "scripted", "type": "server_error", "code": None, "param": None}
            body = {"error": error} if script.body is None else script.body
            return web.json_response(body, status=script.status, headers=script.headers)
        if script.body is not None:
            return web.json_response(script.body, headers=script.headers)
        if received.body.get("stream"):
            return await _Streamed(request, received, script, partial(self._may_go_on, self._resets)).send()
        words = script.words()
        await _sleep_until(script.due(received.arrived_at, len(words)))
        received.tokens_sent = len(words)
        return web.json_response(_completion(received.body, script), headers=script.headers)

    def _refusal(self, request: web.Request, body: dict[str, Any]) -> web.Response | None:
        if self._api_key is not None and request.headers.get("Authorization") != f"Bearer {self._api_key}":
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            # Like some gateways it repeats the key in full: who asks must not pass that on.
            error = {"message": f"Incorrect API key provided: {given}", "code": "invalid_api_key"}
            return web.json_response({"error": error}, status=401)
        if self._models and body.get("model") not in self._models:
            error = {"message": f"The model {body.get('model')!r} does not exist", "code": "model_not_found"}
            return web.json_response({"error": error}, status=404)
        return None

    def _script_for(self, body: dict[str, Any]) -> Script:
        question = next((_plain(m["content"]) for m in reversed(body["messages"]) if m["role"] == "user"), "")
        if found := DIRECTIVE.search(question):
            return Script.of(json.loads(found[1]))
        if (name := str(body.get("model"))).startswith("fake?"):
            return Script.of({key: _value(value) for key, value in parse_qsl(name.removeprefix("fake?"))})
        return self._scripts.popleft() if self._scripts else Script(text=f"You asked: {question}")


class _Streamed:
    """One streamed answer on its way out."""

    def __init__(self, request: web.Request, received: Received, script: Script, may_go_on: Callable[[], bool]):
        self._may_go_on = may_go_on
        self._request = request
        self._received = received
        self._script = script
        self._response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"} | script.headers
        )

    async def send(self) -> web.StreamResponse:
        script, words = self._script, self._script.words()
        await self._response.prepare(self._request)
        if script.events:
            for event in script.events:
                await (self._response.write(event.encode()) if isinstance(event, str) else self._send(event))
            return self._response
        await self._send(_chunk(self._received.body, {"role": "assistant", "content": ""}))
        if script.empty_choices:
            await self._send({**_chunk(self._received.body, {}), "choices": []})
        if script.null_content:
            await self._send(_chunk(self._received.body, {"content": None}))
        for position, thought in enumerate(script.thinking):
            await _sleep_until(script.due(self._received.arrived_at, position))
            await self._send(_chunk(self._received.body, {script.thinking_as: thought}))
        for position, word in enumerate(words):
            if await self._is_over(position):
                return self._response
            await _sleep_until(script.due(self._received.arrived_at, position + len(script.thinking)))
            await self._send(
                _chunk(self._received.body, script.deltas[position] if script.deltas else {"content": word})
            )
            self._received.tokens_sent += 1
        if not await self._is_over(len(words)):
            await self._close(words)
        return self._response

    async def _is_over(self, position: int) -> bool:
        """Whether the answer ends before this token by a scripted fault; plays the fault."""
        script = self._script
        for _ in range(script.malformed_at.count(position)):
            await self._response.write(MALFORMED_EVENT)
        if position == script.stall_after_tokens:
            await self._stall()
        if position in script.holds():
            await self._hold()
        if position == script.error_object_after:
            error = script.error or {"message": "scripted", "type": "server_error", "code": None}
            await self._send({"error": error})
            return True
        if position == script.cut_after_tokens and self._request.transport is not None:
            self._request.transport.close()
            return True
        return position == script.fail_after_tokens

    async def _hold(self) -> None:
        """Thinks now and then meanwhile: who waits for a word takes 15 s of silence for the end."""
        quiet_since = time.monotonic()
        while not self._may_go_on():  # let go by any thread
            await asyncio.sleep(0.005)
            if time.monotonic() - quiet_since > QUIET_S:
                quiet_since = time.monotonic()
                await self._send(_chunk(self._received.body, {"reasoning_content": "Hm."}))

    async def _stall(self) -> None:
        while self._script.keep_alive_s:
            await asyncio.sleep(self._script.keep_alive_s)
            await self._response.write(b": keep-alive\n\n")
        await asyncio.sleep(ENDLESS_S)

    async def _close(self, words: tuple[str, ...]) -> None:
        script, body = self._script, self._received.body
        if script.finish_reason:
            await self._send(_chunk(body, {}, script.finish_reason))
        if (body.get("stream_options") or {}).get("include_usage") and not script.no_usage:
            await self._send({**_chunk(body, {}), "choices": [], "usage": _usage(body, words)})
        if not script.no_done:
            await self._response.write(b"data: [DONE]\n\n")
        if script.stall_after_end:
            await self._stall()

    async def _send(self, event: dict[str, Any]) -> None:
        await self._response.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")


def _chunk(body: dict[str, Any], delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    model = body.get("model", "fake")
    return {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 0, "model": model, "choices": [choice]}


def _completion(body: dict[str, Any], script: Script) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(script.words())}
    choice = {"index": 0, "message": message, "finish_reason": script.finish_reason, "logprobs": None}
    whole = {"id": "chatcmpl-fake", "object": "chat.completion", "created": 0, "model": body.get("model", "fake")}
    return whole | {"choices": [choice]} | ({} if script.no_usage else {"usage": _usage(body, script.words())})


def _usage(body: dict[str, Any], words: tuple[str, ...]) -> dict[str, int]:
    asked = sum(len(_plain(message["content"]).split()) for message in body["messages"])
    return {"prompt_tokens": asked, "completion_tokens": len(words), "total_tokens": asked + len(words)}


def _plain(content: Any) -> str:
    """A message's text, whether it came as a string or as parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or ())


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _sleep_until(due: float) -> None:
    """Against the schedule and not the last token, so that delays do not add up."""
    if (wait_s := due - time.monotonic()) > 0:
        await asyncio.sleep(wait_s)


async def _serve(fake: FakeOpenAI) -> None:
    async with fake:
        print(f"OPENAI_BASE_URL={fake.base_url}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A scripted OpenAI-compatible server on loopback")
    parser.add_argument("--port", type=int, default=9009)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(FakeOpenAI(port=options.port)))


if __name__ == "__main__":
    main()

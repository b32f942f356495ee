"""The limit: a socket that passes tokens on, and does nothing else. No sessions, nothing stored, nobody checked."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator

import aiohttp
import orjson
from aiohttp import web

from bench.streaming.contenders.base import Contender, Visit, python, text_of


class Raw(Contender):
    name = "raw"
    title = "plain aiohttp relay"

    def command(self, port: int) -> list[str]:
        return python(__name__, "--port", str(port), "--upstream", self.upstream_url)

    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        return RawVisit(http, f"{self.server.url}/ws")


class RawVisit(Visit):
    def __init__(self, http: aiohttp.ClientSession, url: str):
        self._http, self._url = http, url
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def connect(self) -> None:
        self._socket = await self._http.ws_connect(self._url)

    async def answer(self, question: str) -> AsyncGenerator[str, None]:
        assert self._socket
        await self._socket.send_str(question)
        while frame := text_of(await self._socket.receive()):
            yield frame

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()


# --- The server ---------------------------------------------------------------------------------------------------
UPSTREAM: web.AppKey[str] = web.AppKey("upstream", str)
HTTP: web.AppKey[aiohttp.ClientSession] = web.AppKey("http", aiohttp.ClientSession)


async def relay(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        await answer(request.app, socket, str(message.data))
        await socket.send_str("")
    return socket


async def answer(app: web.Application, socket: web.WebSocketResponse, question: str) -> None:
    body = {"model": "bench", "messages": [{"role": "user", "content": question}], "stream": True}
    async with app[HTTP].post(f"{app[UPSTREAM]}/chat/completions", json=body) as response:
        rest = b""
        async for data in response.content.iter_any():
            *events, rest = (rest + data).split(b"\n\n")
            for event in events:
                if event.startswith(b"data: {"):
                    choices = orjson.loads(event[6:])["choices"]
                    if choices and (text := choices[0]["delta"].get("content")):
                        await socket.send_str(text)


async def with_client(app: web.Application) -> AsyncGenerator[None, None]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as app[HTTP]:
        yield


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    options = parser.parse_args()
    app = web.Application()
    app[UPSTREAM] = options.upstream
    app.cleanup_ctx.append(with_client)
    app.router.add_get("/ws", relay)
    web.run_app(app, host="127.0.0.1", port=options.port, access_log=None, print=None, shutdown_timeout=0.1)


if __name__ == "__main__":
    main()

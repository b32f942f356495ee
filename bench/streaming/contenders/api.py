"""The product's public API, driven as other programs do: the JSON socket, and server-sent events."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncGenerator

import aiohttp

from bench.streaming.contenders.base import TurnFailed, Visit, text_of
from bench.streaming.contenders.ours import AGENT, Ours, PageUnderDaphne, PageUnderUvicorn
from bench.streaming.script import Script


class JsonUnderDaphne(Ours):
    name = "json-daphne"
    title = "ours: JSON socket, daphne"
    cpu_goal = 1.5
    relay_goal = 2.0
    command = PageUnderDaphne.command

    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        return await JsonVisit.begun(http, self.server.url)


class JsonUnderUvicorn(JsonUnderDaphne):
    name = "json-uvicorn"
    title = "ours: JSON socket, uvicorn"
    cpu_goal = 1.2
    command = PageUnderUvicorn.command


class SseUnderDaphne(Ours):
    name = "sse-daphne"
    title = "ours: server-sent events, daphne"
    has_sockets = False
    cpu_goal = 1.5
    command = PageUnderDaphne.command

    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        return await SseVisit.begun(http, self.server.url)


class ApiVisit(Visit):
    """A visitor with a token. As with the page, the first message is not measured."""

    def __init__(self, http: aiohttp.ClientSession, base: str, session_id: str, token: str):
        self._http, self._base, self._session, self._token = http, base, session_id, token

    @classmethod
    async def begun(cls, http: aiohttp.ClientSession, base: str) -> ApiVisit:
        async with http.post(f"{base}/api/chat/init", json={"agent": AGENT}) as response:
            if response.status != 201:
                raise TurnFailed(f"HTTP {response.status}")
            body = await response.json()
        made = cls(http, base, body["session_id"], body["token"])
        async with made._post(Script(tokens=1).question(), "application/json") as response:
            if response.status != 200:
                raise TurnFailed(f"HTTP {response.status}")
            await response.read()
        return made

    def _post(self, content: str, accept: str) -> aiohttp.client._RequestContextManager:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": accept}
        url = f"{self._base}/api/sessions/{self._session}/messages"
        return self._http.post(url, json={"content": content}, headers=headers)


class JsonVisit(ApiVisit):
    _socket: aiohttp.ClientWebSocketResponse | None = None

    async def connect(self) -> None:
        self._socket = await self._http.ws_connect(f"{self._base}/socket".replace("http", "ws", 1))
        await self._socket.send_json({"type": "connect", "session_id": self._session, "token": self._token})
        frame = json.loads(text_of(await self._socket.receive()))
        if frame["type"] != "connect":
            raise TurnFailed(str(frame))

    async def answer(self, question: str) -> AsyncGenerator[str, None]:
        assert self._socket
        await self._socket.send_json({"type": "message", "client_id": uuid.uuid4().hex, "content": question})
        while True:
            frame = json.loads(text_of(await self._socket.receive()))
            if frame["type"] == "token":
                yield frame["content"]
            elif frame["type"] == "error":
                raise TurnFailed(frame["code"])
            elif frame["type"] == "message" and frame["message"]["role"] == "assistant":
                if frame["message"]["status"] != "complete":
                    raise TurnFailed(frame["message"]["status"])
                return

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()


class SseVisit(ApiVisit):
    async def answer(self, question: str) -> AsyncGenerator[str, None]:
        async with self._post(question, "text/event-stream") as response:
            if response.status != 200:
                raise TurnFailed(f"HTTP {response.status}")
            rest = ""
            async for data in response.content.iter_any():
                *events, rest = (rest + data.decode()).split("\n\n")
                for event in events:
                    if event.startswith("event: token"):
                        yield json.loads(event.partition("data: ")[2])["content"]
                    elif event.startswith("event: done"):
                        return
                    elif event.startswith("event: error"):
                        raise TurnFailed("error")
        raise TurnFailed("the stream ended without done")

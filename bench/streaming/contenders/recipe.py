"""The common recipe, as its parts' own documentation has it: FastAPI, SSE, async SQLAlchemy, AsyncOpenAI's objects.
Made as well as it can be: SQLite in WAL with a long timeout, and no database session is held while an answer streams.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncGenerator

import aiohttp

from bench.streaming.contenders.base import Contender, TurnFailed, Visit, python


class Recipe(Contender):
    name = "recipe"
    title = "FastAPI + SSE + SQLAlchemy + AsyncOpenAI"
    has_sockets = False

    def command(self, port: int) -> list[str]:
        server = ("--host", "127.0.0.1", "--port", str(port), "--loop", "asyncio", "--backlog", "4096")
        quiet = ("--no-access-log", "--log-level", "warning")
        return python("uvicorn", f"{__package__}.recipe_server:app", *server, *quiet)

    def environment(self, port: int) -> dict[str, str]:
        database = f"sqlite+aiosqlite:///{self.folder / f'{uuid.uuid4().hex}.sqlite3'}"
        return {"BENCH_UPSTREAM": self.upstream_url, "BENCH_DATABASE": database}

    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        async with http.post(f"{self.server.url}/conversations") as response:
            response.raise_for_status()
            conversation = (await response.json())["id"]
        return RecipeVisit(http, f"{self.server.url}/conversations/{conversation}/messages")


class RecipeVisit(Visit):
    def __init__(self, http: aiohttp.ClientSession, url: str):
        self._http, self._url = http, url

    async def answer(self, question: str) -> AsyncGenerator[str, None]:
        async with self._http.post(self._url, json={"content": question}) as response:
            if response.status != 200:
                raise TurnFailed(f"HTTP {response.status}")
            rest = b""
            async for data in response.content.iter_any():
                *events, rest = (rest + data).split(b"\n\n")
                for event in events:
                    if event == b"data: [DONE]":
                        return
                    yield json.loads(event.removeprefix(b"data: "))["content"]
        raise TurnFailed("the stream ended before its end")

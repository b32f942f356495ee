"""The product, driven as a browser does: the token by HTTP, messages by HTTP, fragments over the page's socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import AsyncGenerator

import aiohttp

from bench.streaming.contenders.base import Contender, TurnFailed, Visit, python, text_of
from bench.streaming.processes import ROOT
from bench.streaming.script import Script
from bench.streaming.transcript import Document, Page, ended_as

AGENT = "demo"  # as a new installation has it, with its pages of knowledge
DATABASE = "site.sqlite3"


class Ours(Contender):
    is_product = True
    # As the others, which pass on each word. An agent that checks holds a sentence back until it is over.
    checks_answers = False

    def environment(self, port: int) -> dict[str, str]:
        return {
            "DATABASE_URL": f"sqlite:///{self.folder / DATABASE}",
            "MEDIA_ROOT": os.fspath(self.folder / "media"),
            "DJANGO_SETTINGS_MODULE": "salesagent.settings",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEBUG": "false",
            "RATE_LIMITS": "off",
            "REDIS_URL": "",
            "LOG_LEVEL": "warning",
            "OPENAI_BASE_URL": self.upstream_url,
            "OPENAI_API_KEY": "",
            "OPENAI_MODEL": "bench",
            "OPENAI_FALLBACK_MODEL": "",
        }

    def prepare(self) -> None:
        made = self.folder.parent / DATABASE  # for all contenders: indexing the pages takes its time
        if not made.exists():
            environment = {**os.environ, **self.environment(0), "PORT": "8000"}
            for arguments in (("migrate", "--verbosity", "0"), ("seed",)):
                command = [sys.executable, "manage.py", *arguments]
                subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)
            (self.folder / DATABASE).rename(made)
        shutil.copy(made, self.folder / DATABASE)
        with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as database, database:
            database.execute("UPDATE agents_agent SET checks_answers = ?", [self.checks_answers])


class PageUnderDaphne(Ours):
    name = "page-daphne"
    title = "ours: page socket (HTML), daphne"
    cpu_goal = 1.5

    def command(self, port: int) -> list[str]:
        return [sys.executable, "manage.py", "serve"]

    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        return await PageVisit.begun(http, self.server.url)


class PageThatChecks(PageUnderDaphne):
    """As agents are set up: what the check costs stands beside the same without it."""

    name = "page-checked"
    title = "ours: page socket, answers checked, daphne"
    checks_answers = True


class PageUnderUvicorn(PageUnderDaphne):
    name = "page-uvicorn"
    title = "ours: page socket (HTML), uvicorn"
    cpu_goal = 1.2

    def command(self, port: int) -> list[str]:
        where = ("--host", "127.0.0.1", "--port", str(port), "--loop", "asyncio", "--backlog", "4096")
        how = ("--lifespan", "off", "--ws-per-message-deflate", "false", "--no-access-log", "--log-level", "warning")
        return python("uvicorn", "salesagent.asgi:application", *where, *how)


class PageVisit(Visit):
    """A page with its socket. The first message makes the session; what is measured are the later ones."""

    def __init__(self, http: aiohttp.ClientSession, base: str, token: str, cookies: dict[str, str]):
        self._http, self._base, self._cookies = http, base, cookies
        self._headers = {"X-CSRFToken": token, "HX-Request": "true", "Referer": f"{base}/chat/{AGENT}/"}
        self._session = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    @classmethod
    async def begun(cls, http: aiohttp.ClientSession, base: str) -> PageVisit:
        async with http.get(f"{base}/chat/csrf/") as response:
            token = (await response.json())["token"]
            cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        made = cls(http, base, token, cookies)
        # As a page without scripts, whose form is answered when the model's answer is there: nothing of it comes later.
        del made._headers["HX-Request"]
        response = await made._post(f"/chat/{AGENT}/messages/", Script(tokens=1).question(), expected=302)
        made._headers["HX-Request"] = "true"
        made._session = response.headers["Location"].split("/")[3]
        made._cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
        return made

    def document(self) -> Document:
        return Page()

    async def connect(self) -> None:
        url = f"{self._base}/ws/chat/{self._session}/?after=2".replace("http", "ws", 1)
        self._socket = await self._http.ws_connect(url, headers={"Origin": self._base, "Cookie": self._cookie()})

    async def answer(self, question: str) -> AsyncGenerator[str, None]:
        assert self._socket
        asking = asyncio.create_task(self._post(f"/chat/sessions/{self._session}/messages/", question))
        asking.add_done_callback(self._give_up)
        try:
            while True:
                frame = text_of(await self._socket.receive())
                yield frame
                if state := ended_as(frame):
                    break
        finally:
            await asyncio.gather(asking, return_exceptions=True)
        if state != "complete":
            raise TurnFailed(state)

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()

    def _give_up(self, asking: asyncio.Task[aiohttp.ClientResponse]) -> None:
        """Nothing will come for a message that was not taken."""
        if self._socket and (asking.cancelled() or asking.exception()):
            asyncio.ensure_future(self._socket.close())  # noqa: RUF006 the reader waits for it

    async def _post(self, path: str, content: str, expected: int = 200) -> aiohttp.ClientResponse:
        form = {"content": content, "client_id": uuid.uuid4().hex}
        headers = {**self._headers, "Cookie": self._cookie()}
        url = f"{self._base}{path}"
        async with self._http.post(url, data=form, headers=headers, allow_redirects=False) as response:
            if response.status != expected:
                raise TurnFailed(f"HTTP {response.status}")
            await response.read()
            return response

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

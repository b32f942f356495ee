"""A visitor without a browser: sends as the page does, and keeps what its sockets bring as the page's script would."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Self

import aiohttp

from fakes.patience import PATIENCE_S

ARTICLE = re.compile(r'<article class="message message--(\w+)" id="m-([0-9a-f-]{36})"(.*?)>(.*?)</article>', re.DOTALL)
TAIL = re.compile(
    r'<div id="m-([0-9a-f-]{36})-tail" hx-swap-oob="true" data-from="(\d+)" data-to="(\d+)">(.*?)</div>', re.DOTALL
)
COME_BACK_S = 0.2  # a page waits up to a second at first


@dataclass
class Shown:
    """One message as a page shows it."""

    id: str
    seq: int
    role: str
    status: str
    text: str
    client_id: str = ""
    reached: int = 0

    @classmethod
    def all_in(cls, markup: str) -> list[Self]:
        return [cls._of(*found) for found in ARTICLE.findall(markup)]

    @classmethod
    def _of(cls, role: str, message_id: str, attributes: str, body: str) -> Self:
        values = dict(re.findall(r'data-([\w-]+)="([^"]*)"', attributes))
        prose = re.search(r'<div class="prose" dir="auto"[^>]*>(.*?)</div>(?!\s*<div)', body, re.DOTALL)
        reached = re.search(r'data-to="(\d+)"', body)
        return cls(
            id=message_id,
            seq=int(values["seq"]),
            role=role,
            status=values["status"],
            text=words(prose[1]) if prose else "",
            client_id=values.get("client-id", ""),
            reached=int(reached[1]) if reached else 0,
        )


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@dataclass(frozen=True)
class Grown:
    """A piece of a running answer that was put to the piece before it."""

    at: float
    message_id: str
    to: int


@dataclass
class Sent:
    """The server's word on a message."""

    status: int
    body: str
    retry_after: str
    took_s: float

    @property
    def question_id(self) -> str:
        return Shown.all_in(self.body)[0].id

    @property
    def answer_id(self) -> str:
        return Shown.all_in(self.body)[1].id


class Visitor:
    """One person with one conversation, at whichever of several servers."""

    def __init__(self, http: aiohttp.ClientSession):
        self._http = http
        self.session_id = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def arriving(cls) -> AsyncIterator[Self]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield cls(http)

    async def post(self, base: str, path: str, **form: str) -> Sent:
        began = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with self._http.get(f"{base}/chat/csrf/", timeout=timeout) as response:
            form["csrfmiddlewaretoken"] = (await response.json())["token"]
        async with self._http.post(base + path, data=form, headers={"HX-Request": "true"}, timeout=timeout) as response:
            self.session_id = response.headers.get("X-Session-Id", self.session_id)
            retry_after = response.headers.get("Retry-After", "")
            return Sent(response.status, await response.text(), retry_after, time.monotonic() - began)

    async def send(self, base: str, text: str, client_id: str = "") -> Sent:
        """Once; a `client_id` of before is a message sent again."""
        path = f"/chat/sessions/{self.session_id}/messages/" if self.session_id else "/chat/ada/messages/"
        return await self.post(base, path, content=text, client_id=client_id or str(uuid.uuid4()))

    async def insist(self, base: str, text: str, client_id: str = "", *, within_s: float = PATIENCE_S) -> Sent:
        """Send until it is acknowledged, under one client id. Raises TimeoutError with the server's last word."""
        client_id = client_id or str(uuid.uuid4())
        until, last = time.monotonic() + within_s, ""
        while time.monotonic() < until:
            try:
                sent = await self.send(base, text, client_id)
                if sent.status == 200:
                    return sent
                last = f"{sent.status} {sent.body[:200]}"
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                last = repr(error)
            await asyncio.sleep(COME_BACK_S)
        raise TimeoutError(f"not acknowledged within {within_s:.0f} s: {last}")

    async def stop(self, base: str, answer_id: str) -> Sent:
        return await self.post(base, f"/chat/sessions/{self.session_id}/stop/", message_id=answer_id)

    async def reload(self, base: str) -> list[Shown]:
        """What is stored, as a page that is freshly loaded shows it."""
        address = f"{base}/chat/ada/{self.session_id}/"
        async with self._http.get(address, timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as response:
            response.raise_for_status()
            return Shown.all_in(await response.text())

    async def settled(self, base: str, *, within_s: float = PATIENCE_S) -> list[Shown]:
        """The same, once the server can say so and no answer is under way any more."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                stored = await self.reload(base)
                if all(message.status != "running" for message in stored):
                    return stored
            await asyncio.sleep(0.3)
        return await self.reload(base)

    @contextlib.asynccontextmanager
    async def page(self, base: str) -> AsyncIterator[Page]:
        """An open page of the conversation; entered when its socket is."""
        page = Page(self._http, base, self.session_id)
        task = asyncio.create_task(page.live(), name="page")
        try:
            await page.until(lambda: page.opened > 0)
            yield page
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@dataclass
class Page:
    """An open page: pieces are applied only where the last one ended; after a gap or a lost socket it asks again."""

    http: aiohttp.ClientSession
    base: str
    session_id: str
    messages: dict[str, Shown] = field(default_factory=dict)
    grown: list[Grown] = field(default_factory=list)
    opened: int = 0
    heard_at: float = 0.0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def in_place(self) -> list[Shown]:
        """As they stand on the page, which puts each message by its number: an answer may come before its question."""
        return sorted(self.messages.values(), key=lambda message: message.seq)

    @property
    def last_seq(self) -> int:
        """Of the last message before which none is missing."""
        return next(
            (place for place, message in enumerate(self.in_place) if message.seq != place + 1), len(self.messages)
        )

    async def live(self) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                has_gap = await self._listen()
                if has_gap:
                    continue
            await asyncio.sleep(COME_BACK_S)

    async def _listen(self) -> bool:
        """Until the socket is lost, or (True) a piece is missing."""
        growing = ",".join(message.id for message in self.messages.values() if message.status == "running")
        address = f"{self.base}/ws/chat/{self.session_id}/?after={self.last_seq}&open={growing}"
        async with self.http.ws_connect(address, headers={"Origin": self.base}) as socket:
            self.opened += 1
            self._changed.set()
            async for frame in socket:
                self.heard_at = time.monotonic()
                has_gap = not self._apply(frame.data)
                self._changed.set()
                if has_gap:
                    return True
        return False

    def _apply(self, markup: str) -> bool:
        """False when something is missing before what came."""
        for message in Shown.all_in(markup):
            known = self.messages.get(message.id)
            if known and known.status != "running" and message.status != "running":
                assert known.text == message.text, "an answer that was shown as ended has changed"
            self.messages[message.id] = message
        for message_id, start, end, tail in TAIL.findall(markup):
            known = self.messages.get(message_id)
            if known is None or (known.status == "running" and int(start) > known.reached):
                return False
            if known.status == "running" and int(start) == known.reached:
                known.reached, known.text = int(end), words(tail)  # answers of one paragraph: the tail is all of it
                self.grown.append(Grown(self.heard_at, message_id, known.reached))
        return True

    async def until(self, condition: Callable[[], bool], *, within_s: float = PATIENCE_S) -> float:
        """Wait for what the page shows; the seconds it took. Raises TimeoutError with the page as it stands."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            shown = [(each.role, each.status, each.text[-40:]) for each in self.messages.values()]
            raise TimeoutError(f"not within {within_s:.1f} s; the page shows {shown}") from None
        return time.monotonic() - began

    async def ended(self, message_id: str) -> Shown:
        await self.until(lambda: self.status(message_id) not in {"", "running"})
        return self.messages[message_id]

    async def shows(self, message_id: str, count: int) -> float:
        """Wait until at least `count` words of an answer are shown."""
        return await self.until(lambda: len(self.text(message_id).split()) >= count)

    def status(self, message_id: str) -> str:
        return self.messages[message_id].status if message_id in self.messages else ""

    def text(self, message_id: str) -> str:
        return self.messages[message_id].text if message_id in self.messages else ""

    def growth(self, message_id: str, *, after: float = 0.0) -> list[Grown]:
        return [each for each in self.grown if each.message_id == message_id and each.at > after]


def question(name: str, *, count: int, rate_per_s: float, hold_after: int | list[int] | None = None) -> tuple[str, str]:
    """A question that tells the scripted model its answer and its pace, and that answer, each word of it unique.

    With `hold_after` the model says no more than so many words until the test lets it go on; see `Script`.
    """
    answer = " ".join(f"{name}-{number}" for number in range(count))
    script = {"text": answer, "rate_per_s": rate_per_s, "hold_after_tokens": hold_after}
    return f"Question {name} [[fake: {json.dumps(script)}]]", answer


def times_asked(upstream: object, name: str) -> int:
    """How often the scripted model was asked this question."""
    requests = upstream.requests  # type: ignore[attr-defined]
    return sum(str(request.body["messages"][-1]["content"]).startswith(f"Question {name} ") for request in requests)

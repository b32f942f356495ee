"""A small client for Salesagent's API, with httpx and websockets. Copy it and change it.

visitor = await Visitor.begin("https://sales.example")
async for event in visitor.ask("Which lamp is the brightest?"):
    if event.name == "token":
        print(event.data["content"], end="", flush=True)
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import httpx
from websockets.asyncio.client import connect

TIMEOUTS = httpx.Timeout(70, connect=5)  # the server holds a plain answer for up to 55 seconds
QUIET_S = 40  # the stream says something every 15 seconds; this long a silence is a dead connection
TRIES = 5


class ApiError(Exception):
    """What the API refused: `status`, `error` and `detail` as it said them; `retry_after_s` where waiting helps."""

    def __init__(self, response: httpx.Response):
        try:
            body = response.json()
        except ValueError:
            body = {"error": "Error", "detail": f"HTTP {response.status_code} from something in between"}
        super().__init__(f"{response.status_code} {body.get('error')}: {body.get('detail')}")
        self.status = response.status_code
        self.error: str = body.get("error", "")
        self.detail: str = body.get("detail", "")
        self.fallback_message: str | None = body.get("fallback_message")
        self.retry_after_s = int(response.headers.get("Retry-After", "0") or 0)


@dataclass(frozen=True)
class Event:
    """One server-sent event: `token`, `restart`, `done` or `error`."""

    name: str
    data: dict[str, Any]
    id: str


class Visitor:
    """One visitor's conversation. `token` opens it and is renewed while it is used: keep the newest one."""

    def __init__(self, http: httpx.AsyncClient, opened: dict[str, Any]):
        self._http = http
        self.session_id: str = opened["session_id"]
        self.token: str = opened["token"]
        self.agent: dict[str, Any] = opened["agent"]
        self.messages: list[dict[str, Any]] = opened["messages"]
        self.socket_url: str = opened["socket_url"]

    @classmethod
    async def begin(cls, url: str, agent: str | None = None, token: str | None = None) -> Self:
        """A new conversation, or with `token` the earlier one."""
        http = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=TIMEOUTS)
        body = {name: value for name, value in (("agent", agent), ("token", token)) if value}
        return cls(http, _checked(await http.post("/chat/init", json=body)).json())

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, content: str) -> AsyncIterator[Event]:
        """The answer as it comes, to its end, through broken connections; never asked or answered twice."""
        path = f"/sessions/{self.session_id}"
        key, last_id, tries = uuid.uuid4().hex, "", 0
        while True:
            headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self.token}"}
            if last_id:
                request = self._http.build_request(
                    "GET", f"{path}/stream", headers=headers | {"Last-Event-ID": last_id}
                )
            else:
                headers["Idempotency-Key"] = key
                body = {"content": content}
                request = self._http.build_request("POST", f"{path}/messages", headers=headers, json=body)
            try:
                async for event in self._events(request):
                    last_id, tries = event.id, 0
                    yield event
                    if event.name in ("done", "error"):
                        return
            except (httpx.TransportError, TimeoutError):
                pass  # the answer is being made all the same
            tries += 1
            if tries > TRIES:
                raise ConnectionError("the stream broke off and could not be taken up again")
            await asyncio.sleep(min(2**tries / 4, 5))

    async def ask_plain(self, content: str) -> dict[str, Any]:
        """Both messages at once: {"user_message", "assistant_message"}."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return await self._json("POST", f"/sessions/{self.session_id}/messages", headers, json={"content": content})

    async def earlier(self, limit: int = 50) -> AsyncIterator[list[dict[str, Any]]]:
        """All messages in pages, the newest page first, each oldest first."""
        before: dict[str, str] = {}
        while True:
            query = {"limit": limit, **before}
            page = await self._json("GET", f"/sessions/{self.session_id}/messages", params=query)
            yield page["messages"]
            if not page["has_more"]:
                return
            before = {"before": page["messages"][0]["id"]}

    async def stop(self, message_id: str) -> None:
        await self._json("POST", f"/sessions/{self.session_id}/replies/{message_id}/stop")

    async def say_on_socket(self, content: str) -> AsyncIterator[dict[str, Any]]:
        """The frames of one turn on the JSON socket, up to the whole answer."""
        client_id = uuid.uuid4().hex
        async with connect(self.socket_url) as socket:
            await socket.send(json.dumps({"type": "connect", "token": self.token}))
            async for text in socket:
                frame = json.loads(text)
                yield frame
                if frame["type"] == "connect":
                    await socket.send(json.dumps({"type": "message", "client_id": client_id, "content": content}))
                if frame["type"] == "error":
                    return
                if frame["type"] == "message" and frame["message"]["role"] == "assistant":
                    return

    async def _json(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **(headers or {})}
        response = _checked(await self._http.request(method, path, headers=headers, **more))
        self.token = response.headers.get("X-Visitor-Token", self.token)
        return response.json() if response.content else None

    async def _events(self, request: httpx.Request) -> AsyncIterator[Event]:
        response = await self._http.send(request, stream=True)
        try:
            if response.is_error:
                await response.aread()
            _checked(response)
            self.token = response.headers.get("X-Visitor-Token", self.token)
            fields: dict[str, str] = {}
            lines = response.aiter_lines()
            while True:
                try:
                    line = await asyncio.wait_for(anext(lines), QUIET_S)
                except StopAsyncIteration:
                    return
                if not line and "data" in fields:
                    yield Event(fields.get("event", "message"), json.loads(fields["data"]), fields.get("id", ""))
                if not line:
                    fields = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
        finally:
            await response.aclose()


class Management:
    """Agents, their documents and their sessions, with a management key. Keep the key on a server."""

    def __init__(self, url: str, key: str):
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=TIMEOUTS)

    async def close(self) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """Any operation of the API; the JSON it answers, None for 204. Waits once where the API asks to wait."""
        response = await self._http.request(method, path, **more)
        if response.status_code in (429, 503):
            await asyncio.sleep(int(response.headers.get("Retry-After", "1")))
            response = await self._http.request(method, path, **more)
        return _checked(response).json() if response.content else None

    async def create_agent(self, name: str, system_prompt: str, **fields: Any) -> dict[str, Any]:
        return await self.call("POST", "/agents", json={"name": name, "system_prompt": system_prompt, **fields})

    async def every(self, path: str, name: str) -> AsyncIterator[dict[str, Any]]:
        """Each row of a list on all its pages: `every("/agents", "agents")`."""
        cursor: dict[str, str] = {}
        while True:
            page = await self.call("GET", path, params={"limit": 100, **cursor})
            for row in page[name]:
                yield row
            if not page["next_cursor"]:
                return
            cursor = {"cursor": page["next_cursor"]}

    async def upload(self, agent_id: str, file_name: str, content: bytes) -> dict[str, Any]:
        return await self.call("POST", f"/agents/{agent_id}/documents", files={"file": (file_name, content)})

    async def search(self, agent_id: str, question: str) -> list[dict[str, Any]]:
        found = await self.call("GET", f"/agents/{agent_id}/search", params={"q": question})
        return found["passages"]

    async def refine(self, system_prompt: str, instructions: str = "") -> dict[str, Any]:
        body = {"system_prompt": system_prompt, "instructions": instructions}
        return await self.call("POST", "/agents/refine", json=body)


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        raise ApiError(response)
    return response

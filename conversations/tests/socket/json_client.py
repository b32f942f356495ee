"""A client of the JSON socket for tests, and what it would show."""

from __future__ import annotations

import json
from typing import Any

from channels.testing import WebsocketCommunicator

from salesagent.asgi import application

HOST = (b"host", b"testserver")


class JsonClient:
    """Speaks to the socket as the contract says, and keeps each answer's text as it must be kept."""

    def __init__(self, app: Any = application, headers: list[tuple[bytes, bytes]] | None = None):
        self.socket = WebsocketCommunicator(app, "/socket", [HOST] if headers is None else headers)
        self.texts: dict[str, str] = {}
        self.heard: list[dict[str, Any]] = []

    async def open(self, **connect: Any) -> dict[str, Any]:
        """Open the socket and let it in; the frame that answers."""
        connected, _ = await self.socket.connect()
        assert connected
        return await self.ask({"type": "connect", **connect})

    async def say(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.socket.send_input({"type": "websocket.receive", "text": text})  # send_to takes no empty ones

    async def ask(self, frame: Any) -> dict[str, Any]:
        await self.say(frame)
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.socket.receive_from())
        self.heard.append(frame)
        if frame["type"] == "token":
            before = self.texts.get(frame["message_id"], "")
            assert frame["offset"] <= len(before), "a piece is missing"
            self.texts[frame["message_id"]] = before[: frame["offset"]] + frame["content"]
        elif frame["type"] == "connect" and "running" in frame:
            self.texts[frame["running"]["message_id"]] = frame["running"]["content"]
        return frame

    async def hear_until(self, kind: str, **values: Any) -> dict[str, Any]:
        while True:
            frame = await self.hear()
            if frame["type"] == kind and frame | values == frame:
                return frame

    async def final(self) -> dict[str, Any]:
        """The next answer that ends."""
        while True:
            message = (await self.hear_until("message"))["message"]
            if message["role"] == "assistant":
                return message

    async def closed(self) -> int:
        """The code the server closes with; what it says before is heard."""
        while True:
            output = await self.socket.receive_output()
            if output["type"] == "websocket.close":
                return output["code"]
            self.heard.append(json.loads(output["text"]))

    async def leave(self) -> None:
        await self.socket.disconnect()

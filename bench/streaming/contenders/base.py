"""The seam: what the loads need of a contender. A new one is a class of some thirty lines beside these."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp

from bench.streaming.processes import Server, cores, free_port
from bench.streaming.transcript import Document, Plain


class TurnFailed(Exception):
    """The contender did not give the whole answer; `str()` says what it did instead."""


class Visit(ABC):
    """One visitor with an open session."""

    def document(self) -> Document:
        """What becomes of the frames in this visitor's client."""
        return Plain()

    @abstractmethod
    def answer(self, question: str) -> AsyncGenerator[str, None]:
        """Ask; the frames as they come, until the contender says that the answer is whole. Raises TurnFailed."""

    async def connect(self) -> None:  # noqa: B027 there may be no socket
        """Open the socket, where there is one; it stays open."""

    async def close(self) -> None:  # noqa: B027
        """Leave, as by closing the tab."""


class Contender(ABC):
    """One way to bring a model's tokens to a visitor, in a server process of its own."""

    name: str
    title: str
    has_sockets = True  # a visitor who does nothing holds one
    cpu_goal: float | None = None  # CPU per token at most, as a multiple of raw's
    relay_goal: float | None = None  # p95 of the latency likewise
    is_product = False

    def __init__(self, folder: Path, upstream_url: str):
        self.folder = folder
        self.upstream_url = upstream_url
        self.server = Server([], 0, folder / "server.log")

    @abstractmethod
    def command(self, port: int) -> list[str]: ...

    def environment(self, port: int) -> dict[str, str]:
        return {}

    @abstractmethod
    async def visit(self, http: aiohttp.ClientSession) -> Visit:
        """A visitor who has a session and is not connected yet."""

    def prepare(self) -> None:  # noqa: B027 there may be nothing
        """What has to be there before the first start; once for each folder."""

    async def start(self) -> None:
        """A new process on what `prepare` made, at the same address and with the sessions of earlier ones."""
        port = self.server.port or free_port()
        own, _ = cores()
        self.server = Server(self.command(port), port, self.folder / "server.log", self.environment(port), own)
        await self.server.start()

    def stop(self) -> None:
        self.server.stop()


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def text_of(message: aiohttp.WSMessage) -> str:
    """A frame's text; raises TurnFailed for a socket that ends."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise TurnFailed(f"the socket ended: {message.type.name} {message.data}")
    return str(message.data)

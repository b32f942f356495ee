"""Somebody who means ill, on a plain connection from an address of their own: any of 127.0.0.0/8 is this machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Self

from fakes.patience import PATIENCE_S

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
BEGUN, GOES_ON = 0x01, 0x00  # pieces of a message that does not end


def frame(kind: int, payload: bytes = b"") -> bytes:
    """One frame of a client, under a mask of zeros."""
    length = len(payload)
    if length < 126:
        head = bytes([kind, 0x80 | length])
    elif length <= 0xFFFF:
        head = bytes([kind, 0xFE]) + struct.pack(">H", length)
    else:
        head = bytes([kind, 0xFF]) + struct.pack(">Q", length)
    return head + bytes(4) + payload


@dataclass
class Attacker:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    @contextlib.asynccontextmanager
    async def from_address(cls, address: str, port: int) -> AsyncIterator[Self]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    async def say(self, data: bytes) -> None:
        """Until it is taken, or the other side has had enough."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            self.writer.write(data)
            await asyncio.wait_for(self.writer.drain(), PATIENCE_S)

    async def upgrade(self, path: str, *headers: str) -> int:
        """Ask for a socket; the status of the answer."""
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket"]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers]
        await self.say(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.status()

    async def status(self) -> int:
        """Of the answer to a request; 0 when the connection ended without one."""
        head = b""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        return int(head.split()[1]) if head else 0

    async def closed(self) -> int:
        """The code the server closes a socket with; 0 for an end without one."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    kind, length = await self.reader.readexactly(2)
                    if length >= 126:
                        size = await self.reader.readexactly(2 if length == 126 else 8)
                        length = int.from_bytes(size)
                    payload = await self.reader.readexactly(length)
                    if kind == CLOSE:
                        return int.from_bytes(payload[:2])
        return 0

    async def ended(self) -> bytes:
        """What the server says until it ends the connection."""
        said = b""
        with contextlib.suppress(ConnectionError):
            said = await asyncio.wait_for(self.reader.read(-1), PATIENCE_S)
        return said


def resident_mb(pid: int) -> float:
    """The memory a process holds."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1_048_576

"""Sending waits for a client that is behind, and for nobody else."""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import pytest

from fakes.patience import PATIENCE_S
from fakes.site import free_port
from salesagent.serving.back_pressure import STALL_S, room

HANDSHAKE = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
AT_ONCE_S = STALL_S / 2  # whoever waits for a client that takes nothing waits for STALL_S


async def test_a_client_that_reads_is_not_waited_for():
    protocol = SimpleNamespace(transport=SimpleNamespace(producerPaused=False))

    await asyncio.wait_for(room(protocol, lambda: False), AT_ONCE_S)


async def test_a_client_that_is_behind_is_waited_for_until_it_has_read():
    protocol = SimpleNamespace(channel=SimpleNamespace(transport=SimpleNamespace(producerPaused=True)))
    waiting = asyncio.create_task(room(protocol, lambda: False))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    protocol.channel.transport.producerPaused = False

    await asyncio.wait_for(waiting, AT_ONCE_S)


async def test_nobody_waits_for_a_client_that_is_gone():
    protocol = SimpleNamespace(transport=SimpleNamespace(producerPaused=True))
    is_gone = [False]
    waiting = asyncio.create_task(room(protocol, lambda: is_gone[0]))
    await asyncio.sleep(0.05)

    is_gone[0] = True

    await asyncio.wait_for(waiting, AT_ONCE_S)


async def test_a_client_that_takes_nothing_for_long_is_let_go():
    ended = []
    transport = SimpleNamespace(producerPaused=True, abortConnection=lambda: ended.append(True))

    await asyncio.wait_for(room(SimpleNamespace(transport=transport), lambda: False, stall_s=0.05), AT_ONCE_S)

    assert ended == [True]


async def test_a_request_that_has_ended_has_no_connection_to_wait_for():
    await asyncio.wait_for(room(SimpleNamespace(channel=None), lambda: False), AT_ONCE_S)


@pytest.mark.process
def test_the_real_server_keeps_little_for_clients_that_read_nothing():
    port = free_port()
    command = [sys.executable, "-m", "salesagent.tests.serving.endless_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:  # noqa: S603 our own
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            with _asked(port, b""), _asked(port, HANDSHAKE):
                http, sockets = _when_no_more_is_sent(port)
        finally:
            server.kill()

    assert 0 < http < 200, "of 1,000; what is below is the kernel's"
    assert 0 < sockets < 200


def _when_no_more_is_sent(port: int) -> tuple[int, int]:
    """How many pieces each client was sent, as soon as both have some and neither has had another for a second."""
    before: list[int] = []
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        sent = [int(count) for count in _get(port, "/sent").split()]
        if all(sent) and sent == before:
            return sent[0], sent[1]
        before = sent
        time.sleep(1)
    raise AssertionError(f"it goes on and on: {before}")


def _asked(port: int, upgrade: bytes) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + upgrade + b"\r\n")
    return connection


def _get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as response:
        return str(response.read().decode())

"""A scripted OpenAI-compatible server as lean as asyncio allows, so that it is not what is measured."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import time
from functools import lru_cache

from bench.streaming.script import Script, around, encoded, stamp

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
KEPT_LATENESS = 1_000_000


def chunked(event: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(event), event)


def event(choices: str, usage: str = "null") -> str:
    """One event of the size that OpenAI's have."""
    return (
        '{"id":"chatcmpl-bench0123456789abcdefghij","object":"chat.completion.chunk","created":1764000000,'
        '"model":"bench","service_tier":"default","system_fingerprint":"fp_0123456789",'
        f'"choices":[{choices}],"usage":{usage},"obfuscation":"abcdefgh"}}'
    )


def choice(delta: str, finish_reason: str = "null") -> str:
    return f'{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish_reason}}}'


def sent(text: str) -> bytes:
    return chunked(f"data: {text}\n\n".encode())


OPENING = HEAD + sent(event(choice('{"role":"assistant","content":"","refusal":null}')))


@lru_cache(maxsize=4096)
def parts(position: int) -> tuple[bytes, bytes]:
    """What goes before and after the stamp of the token at a position, its HTTP chunk included."""
    before, after = (json.dumps(text)[1:-1] for text in around(position))
    whole = sent(event(choice(f'{{"content":"{before}|{after}"}}')))
    mark = f"{arrived_word(0.0) if not position else ''}{stamp(position, 0.0)}"
    whole = chunked(whole.partition(b"\r\n")[2][:-2].replace(b"|", mark.encode(), 1))
    head, _, tail = whole.partition(mark.encode())
    return head, tail


def arrived_word(at_s: float) -> str:
    return f"XX{encoded(at_s)} "


def closing(tokens: int) -> bytes:
    usage = f'{{"prompt_tokens":100,"completion_tokens":{tokens},"total_tokens":{100 + tokens}}}'
    last = sent(event(choice("{}", '"stop"'))) + sent(event("", usage)) + sent("[DONE]")
    return last + b"0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests come one after the other."""

    lateness: list[float] = []  # of every token of every connection, in seconds against its schedule

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[:end])
        length = CONTENT_LENGTH.search(head)
        size = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) < size:
            return
        body = bytes(self._received[end + 4 : size])
        del self._received[:size]
        if head.startswith(b"GET"):
            self._tell()
        else:
            self._begin(Script.of(body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()

    def _begin(self, script: Script) -> None:
        self._arrived_s = time.monotonic()
        self._script, self._position = script, 0
        self._start_s = max(self._arrived_s, script.at_s)
        self._transport.write(OPENING)
        self._speak()

    def _speak(self) -> None:
        script = self._script
        while self._position < script.tokens:
            due_s = self._start_s + self._position / script.rate_per_s
            now_s = time.monotonic()
            if due_s > now_s:
                self._timer = self._loop.call_at(due_s, self._speak)
                return
            head, tail = parts(self._position)
            mark = stamp(self._position, now_s)
            if not self._position:
                mark = arrived_word(self._arrived_s) + mark
            self._transport.write(head + mark.encode() + tail)
            self.lateness.append(now_s - due_s)
            self._position += 1
        self._transport.write(closing(script.tokens))

    def _tell(self) -> None:
        """How late the tokens since the last time were, which says whether this server kept up."""
        late = sorted(self.lateness[-KEPT_LATENESS:])
        self.lateness.clear()
        p99_ms = late[int(len(late) * 0.99)] * 1000 if late else 0.0
        body = json.dumps({"tokens": len(late), "late_p99_ms": p99_ms}).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=2048)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="The scripted model server of the streaming benchmark")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # a token sent late would not be measured as late, but the load would be another
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port))


if __name__ == "__main__":
    main()

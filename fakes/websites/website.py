"""Somebody's web site, to be read: what each path answers as a test wants it, and what was asked of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What a path answers; one of status 200 with an ETag, and 304 to who has it already by that or by its date."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0  # before it begins


@dataclass
class Website:
    """Answers by their paths, with the query where one has it."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    most_at_once: int = 0
    _no_wait: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, body: str, *, title: str = "A shop", head: str = "", **headers: str) -> None:
        """Put a page of HTML there."""
        html = f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
        self.put(path, html, **headers)

    def put(self, path: str, body: str | bytes, *, status: int = 200, wait_s: float = 0.0, **headers: str) -> None:
        """Any other answer; `Content_Type` is a header of that name, and HTML where it is not given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(content, status, {"Content-Type": HTML, **named}, wait_s)

    def redirect(self, path: str, to: str, status: int = 301) -> None:
        self.answers[path] = Answer(status=status, headers={"Location": to})

    def go_on(self) -> None:
        """Let go what waits, now and from here on."""
        self._no_wait.set()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _headers in self.asked]


@contextmanager
def website() -> Iterator[Website]:
    """Serves on a free port until the block ends; also under "localhost", which is another host than 127.0.0.1."""
    made = Website()
    lock = threading.Lock()
    at_once = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            nonlocal at_once
            answer = made.answers.get(self.path, Answer(b"Not here.", 404, {"Content-Type": "text/plain"}))
            with lock:
                at_once += 1
                made.most_at_once = max(made.most_at_once, at_once)
                made.asked.append((self.path, dict(self.headers.items())))
            if answer.wait_s:
                made._no_wait.wait(answer.wait_s)
            with lock:  # before it is answered: who has the answer may ask again before this thread goes on
                at_once -= 1
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            is_same = answer.status == 200 and _has_it(self.headers, etag, answer.headers.get("Last-Modified", ""))
            body = b"" if is_same else answer.body
            made.answered.append(304 if is_same else answer.status)
            self.send_response(304 if is_same else answer.status)
            tagged = {"ETag": etag} if answer.status == 200 else {}
            length = {} if "Transfer-Encoding" in answer.headers else {"Content-Length": str(len(body))}
            for name, value in {**length, **tagged, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with _Server(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield made
        finally:
            made.go_on()
            server.shutdown()


def _has_it(asked: Mapping[str, str], etag: str, last_modified: str) -> bool:
    """A mark counts more than a date, by RFC 9110."""
    if asked.get("If-None-Match"):
        return asked["If-None-Match"] == etag
    return bool(last_modified) and asked.get("If-Modified-Since") == last_modified


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Who reads a page may hang up in the middle: that is what some tests are about."""

"""Somebody else's web site, on which an agent is embedded: pages and headers as a test wants them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Host:
    """Pages by their paths; "localhost" is another site than 127.0.0.1, where ours is."""

    port: int
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def page(self, path: str, body: str, headers: dict[str, str] | None = None) -> str:
        """Put a page there; its address."""
        head = '<head><meta charset="utf-8"><title>A shop</title></head>'
        self.pages[path] = f'<!doctype html><html lang="en">{head}<body>{body}</body></html>', headers or {}
        return f"{self.url}{path}"

    def script(self, path: str, text: str) -> str:
        """Put a script there; its address."""
        self.pages[path] = text, {"Content-Type": "text/javascript; charset=utf-8"}
        return f"{self.url}{path}"


@contextmanager
def host() -> Iterator[Host]:
    """Serves on a free port until the block ends."""
    made = Host(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, headers = made.pages.get(self.path.partition("?")[0], ("", {}))
            self.send_response(200 if html else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            server.shutdown()

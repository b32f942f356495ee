"""/healthz and /metrics of a process that serves no pages: `manage.py worker --port`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lib.database import with_fresh_connection
from operations.watchers import may_watch

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class OwnPort(ThreadingHTTPServer):
    """Answers in threads of its own until the process ends. Raises OSError if the port is taken."""

    daemon_threads = True

    def __init__(self, host: str, port: int, is_well: Callable[[], bool]):
        """`is_well` is asked for /healthz; port 0 takes any that is free."""
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), partial(_Asked, is_well))
        threading.Thread(target=self.serve_forever, name="own port", daemon=True).start()


class _Asked(BaseHTTPRequestHandler):
    timeout = 10  # seconds for the whole request to arrive
    server_version, sys_version = "salesagent", ""

    def __init__(self, is_well: Callable[[], bool], *of_server: Any):
        self._is_well = is_well
        super().__init__(*of_server)

    def do_GET(self) -> None:
        status, content_type, body = self._answer()
        self.send_response(status)
        for name, value in (
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def _answer(self) -> tuple[int, str, bytes]:
        match self.path.partition("?")[0]:
            case "/healthz":
                is_well = self._is_well()
                return (200, JSON, b'{"status": "ok"}\n') if is_well else (503, JSON, b'{"status": "not working"}\n')
            case "/metrics":
                return self._metrics()
            case _:
                return 404, TEXT, b"Only /healthz and /metrics are here.\n"

    def _metrics(self) -> tuple[int, str, bytes]:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        if not may_watch(self.client_address, headers):
            return 403, TEXT, b"Send METRICS_TOKEN as a bearer token.\n"
        from operations.metrics.page import CONTENT_TYPE, page  # not at the top: a start needs no Prometheus

        return 200, CONTENT_TYPE, with_fresh_connection(page)()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a monitor asks every few seconds."""

"""A mail server that takes everything and keeps it, but for addresses that it is told to refuse."""

from __future__ import annotations

import contextlib
import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message


class FakeMail(socketserver.ThreadingTCPServer):
    """SMTP as far as a client needs it (RFC 5321, section 4.1); `messages` are those it said yes to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[Message] = []
        self.refused: set[str] = set()  # addresses to which it takes nothing
        self.unknown_senders: set[str] = set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeMail

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the client is gone
            self._talk()

    def _talk(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            match line[:4].upper().strip():
                case b"DATA":
                    self._say("354 go on")
                    data = self._data()
                    if data is None:
                        return
                    self.server.messages.append(email.message_from_bytes(data))
                    self._say("250 taken")
                case b"MAIL" if any(address.encode() in line for address in self.server.unknown_senders):
                    self._say("553 who is that")
                case b"RCPT" if any(address.encode() in line for address in self.server.refused):
                    self._say("451 come back later")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 yes")

    def _data(self) -> bytes | None:
        """None when the sender is gone before the end."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[FakeMail]:
    with FakeMail() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()

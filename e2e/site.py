"""A whole site in processes of its own, with a database of its own, for tests that drive the real thing."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 40  # a loaded machine takes its time to import


@dataclass
class Site:
    """One server process; `kill` and `start` may be called as often as a test likes."""

    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._wait()

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an operator would; answers under way may end."""
        self._end(signal.SIGTERM)

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's database; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=300,
        )
        return done.stdout.decode()

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def _end(self, with_signal: int) -> None:
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(timeout=30)
            self.process = None

    def _wait(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/health", timeout=2).close()  # noqa: S310
                return
            time.sleep(0.1)
        raise RuntimeError(f"the site did not start:\n{self.log.read_text()[-2000:]}")


@contextlib.contextmanager
def site(folder: Path, **environment: str) -> Iterator[Site]:
    """A migrated, empty site that is not started yet; on PostgreSQL when DATABASE_URL says so."""
    port = free_port()
    with _database(folder) as database_url:
        own = {
            **os.environ,
            "DATABASE_URL": database_url,
            "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(port),
            "DEBUG": "false",
            "OPENAI_API_KEY": "",
            "OPENAI_BASE_URL": "",
            **environment,
        }
        made = Site(own, port, folder / "server.log")
        made.manage("migrate", "--verbosity", "0")
        try:
            yield made
        finally:
            if made.process is not None:
                made.stop()


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    import psycopg

    name = f"e2e_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{url.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

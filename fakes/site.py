"""A whole site in processes of its own, with a database of its own, for tests that drive the real thing."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fakes.databases import ROOT, all_in_one_file, beside, copy_file, copy_in_postgres, drop, in_postgres
from fakes.forks import Fork, Loaded, loaded
from fakes.patience import PATIENCE_S
from fakes.worker import NUMBER as WORKER

# The demo, as after `make run`, but for what a scripted model says: that mostly stands nowhere.
SEEDED = """
from django.core.management import call_command
from agents.models import Agent
call_command("seed")
Agent.objects.update(checks_answers=False)
"""
MAKE_AGENT = """
from agents.models import Agent
agent = Agent.objects.create(name="Ada", slug="ada", is_default=True, checks_answers=False, greeting="Hello, I am Ada.",
                             starter_questions="What is a lamp?\\nWho are you?")
agent.publish("You sell lamps.")
"""
FIRST_PORT, PORTS_EACH = 20_000, 1_000  # for each worker; below those that Linux gives to connections, from 32,768 on


_given_ports: set[int] = set()
_templates: Path | None = None
_are_forked = False


@dataclass
class Site:
    """One server process; `kill` and `start` may be called as often as a test likes."""

    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | Fork | None = field(default=None)
    _loaded: Loaded | None = field(default=None, init=False)
    _loaded_with: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = self.begin("serve")
        self._wait()

    def begin(self, *arguments: str) -> subprocess.Popen[bytes] | Fork:
        """A management command, in a process of its own; not waited for."""
        if _are_forked:
            return self._code().fork({"do": "manage", "arguments": arguments})
        with self.log.open("ab") as log:
            command = [sys.executable, "manage.py", *arguments]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an operator would; answers under way may end."""
        self._end(signal.SIGTERM)

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's database; its output."""
        return self.shell(f"from django.core.management import call_command\ncall_command(*{arguments!r})")

    def shell(self, code: str) -> str:
        """What the code prints; each piece has names of its own, and all run in one process beside the server."""
        printed, error = self._code().shell(code)
        if error:
            raise RuntimeError(error)
        return printed.strip()

    def close(self) -> None:
        """End what still runs, and at once: `stop` would wait up to 20 s for an answer that a test left under way."""
        self.kill()
        if self._loaded is not None:
            self._loaded.close()
            self._loaded = None

    def _code(self) -> Loaded:
        """What forks the processes of this site: it is loaded once, or again with another environment."""
        if self._loaded is None or self._loaded_with != self.environment:
            if self._loaded is not None:
                self._loaded.close()
            self._loaded, self._loaded_with = loaded(self.environment, self.log), dict(self.environment)
        return self._loaded

    def _end(self, with_signal: int) -> None:
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(timeout=PATIENCE_S)
            self.process = None

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/health", timeout=PATIENCE_S).close()  # noqa: S310
                return
            time.sleep(0.02)
        raise RuntimeError(f"the site did not start:\n{self.log.read_text()[-2000:]}")


@contextlib.contextmanager
def site(folder: Path, *, begun_with: str = "", **environment: str) -> Iterator[Site]:
    """A migrated site that is not started yet; on PostgreSQL when DATABASE_URL says so.

    It is empty but for what the code in `begun_with` made, which is run once however many sites begin with it.
    """
    port = free_port()
    with _database(folder, begun_with, environment.get("DATABASE_URL", os.environ.get("DATABASE_URL", ""))) as url:
        own = {
            **os.environ,
            "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(port),
            "DEBUG": "false",
            "OPENAI_API_KEY": "",
            "OPENAI_BASE_URL": "",
            "SERVICE_WORKER": "off",  # what a test's browser is to miss, a worker would have kept
            **environment,
            "DATABASE_URL": url,
        }
        made = Site(own, port, folder / "server.log")
        try:
            yield made
        finally:
            made.close()


@contextlib.contextmanager
def _database(folder: Path, begun_with: str, wanted_url: str) -> Iterator[str]:
    """A copy of a migrated database: to migrate each took longer than many a test."""
    if not wanted_url.startswith("postgres"):
        file = folder / "site.sqlite3"
        if begun_with:
            shutil.copyfile(_filled_file(begun_with), file)
        else:
            copy_file(file)
        yield f"sqlite:///{file}"
        return
    name = _unique_name()
    if begun_with:
        in_postgres(wanted_url, f'CREATE DATABASE "{name}" TEMPLATE "{_filled_database(begun_with, wanted_url)}"')
    else:
        copy_in_postgres(wanted_url, name)
    try:
        yield beside(wanted_url, name)
    finally:
        drop(wanted_url, name)


def fork_servers() -> None:
    """From now on a server is forked from a process that has loaded its code; without it, each starts as on a machine
    of its own, which is what benchmarks measure."""
    global _are_forked
    _are_forked = True


def share_templates(folder: Path) -> None:
    """Filled databases are kept there, for all processes that share the tests; without it each makes its own."""
    global _templates
    _templates = folder


@functools.cache
def _filled_file(begun_with: str) -> Path:
    file = _templates_folder() / f"{hashlib.sha256(begun_with.encode()).hexdigest()[:16]}.sqlite3"
    with (file.parent / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return file
        made = file.with_suffix(".making")
        copy_file(made)
        _fill(f"sqlite:///{made}", begun_with)
        all_in_one_file(made)
        return made.rename(file)


@functools.cache
def _templates_folder() -> Path:
    if _templates is not None:
        return _templates
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return folder


@functools.cache
def _filled_database(begun_with: str, url: str) -> str:
    name = _unique_name()
    copy_in_postgres(url, name)
    atexit.register(drop, url, name)
    _fill(beside(url, name), begun_with)
    return name


def _fill(database_url: str, begun_with: str) -> None:
    made = Site({**os.environ, "DATABASE_URL": database_url}, 0, _templates_folder() / "filling.log")
    made.shell(begun_with)
    made.close()


def _unique_name() -> str:
    return f"e2e_{uuid.uuid4().hex[:12]}"


def free_port() -> int:
    """One that is given once, and by this worker alone, so that it is still free when its server starts, also anew."""
    first = FIRST_PORT + WORKER * PORTS_EACH
    for port in random.sample(range(first, first + PORTS_EACH), PORTS_EACH):
        if port in _given_ports:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _given_ports.add(port)
            return port
    raise RuntimeError(f"no port from {first} to {first + PORTS_EACH - 1} is free")

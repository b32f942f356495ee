"""A whole site in processes of its own, with a database of its own, for tests that drive the real thing."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fakes.worker import NUMBER as WORKER

ROOT = Path(__file__).resolve().parent.parent
START_S = 120  # a start takes 2 s of a core, of which a machine with six times too much to do has little
SEEDED = "from django.core.management import call_command; call_command('seed')"  # the demo, as after `make run`
MAKE_AGENT = """
from agents.models import Agent
agent = Agent.objects.create(name="Ada", slug="ada", is_default=True, greeting="Hello, I am Ada.",
                             starter_questions="What is a lamp?\\nWho are you?")
agent.publish("You sell lamps.")
"""
FIRST_PORT, PORTS_EACH = 20_000, 1_000  # for each worker; below those that Linux gives to connections, from 32,768 on


_templates: Path | None = None
# Runs pieces of code on a site's database, a line of JSON each, and answers what each printed and how it failed.
# To start Django for each piece anew took 3 s of processor time.
SHELL = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connections
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    printed, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {"__name__": "__main__"})
    except Exception:
        error = traceback.format_exc()
    connections.close_all()
    print(json.dumps([printed.getvalue(), error]), file=answers, flush=True)
"""


@dataclass
class Site:
    """One server process; `kill` and `start` may be called as often as a test likes."""

    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)
    _shell: subprocess.Popen[str] | None = field(default=None)

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
        """What the code prints; each piece has names of its own. The process that runs them lives on until `close`."""
        if self._shell is None:
            with self.log.open("ab") as log:
                self._shell = subprocess.Popen(
                    [sys.executable, "-c", SHELL],
                    cwd=ROOT,
                    env={**self.environment, "DJANGO_SETTINGS_MODULE": "salesagent.settings"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(json.dumps(code) + "\n")
        self._shell.stdin.flush()
        answer = self._shell.stdout.readline()
        if not answer:
            raise RuntimeError(f"the shell of the site ended:\n{self.log.read_text()[-2000:]}")
        printed, error = json.loads(answer)
        if error:
            raise RuntimeError(error)
        return str(printed).strip()

    def close(self) -> None:
        """End what still runs."""
        if self.process is not None:
            self.stop()
        if self._shell is not None:
            self._shell.communicate(timeout=30)
            self._shell = None

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
                urllib.request.urlopen(f"{self.url}/api/health", timeout=10).close()  # noqa: S310
                return
            time.sleep(0.1)
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
        shutil.copyfile(_template_file(begun_with), folder / "site.sqlite3")
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    name = _unique_name()
    _in_postgres(wanted_url, f'CREATE DATABASE "{name}" TEMPLATE "{_template_database(begun_with, wanted_url)}"')
    try:
        yield _beside(wanted_url, name)
    finally:
        _drop(wanted_url, name)


def share_templates(folder: Path) -> None:
    """Migrated databases are kept there, for all processes that share the tests; without it each makes its own."""
    global _templates
    _templates = folder


@functools.cache
def _template_file(begun_with: str) -> Path:
    file = _templates_folder() / f"{hashlib.sha256(begun_with.encode()).hexdigest()[:16]}.sqlite3"
    empty = _template_file("") if begun_with else None
    with (file.parent / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return file
        made = file.with_suffix(".making")
        if empty is None:
            _of_database(f"sqlite:///{made}").manage("migrate", "--verbosity", "0")
        else:
            shutil.copyfile(empty, made)
            _fill(f"sqlite:///{made}", begun_with)
        with contextlib.closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it in the one file that is copied
        return made.rename(file)


@functools.cache
def _templates_folder() -> Path:
    if _templates is not None:
        return _templates
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return folder


@functools.cache
def _template_database(begun_with: str, url: str) -> str:
    name = _unique_name()
    template = f' TEMPLATE "{_template_database("", url)}"' if begun_with else ""
    _in_postgres(url, f'CREATE DATABASE "{name}"{template}')
    atexit.register(_drop, url, name)
    if begun_with:
        _fill(_beside(url, name), begun_with)
    else:
        _of_database(_beside(url, name)).manage("migrate", "--verbosity", "0")
    return name


def _fill(database_url: str, begun_with: str) -> None:
    made = _of_database(database_url)
    made.shell(begun_with)
    made.close()


def _of_database(url: str) -> Site:
    """For commands and code alone."""
    return Site({**os.environ, "DATABASE_URL": url}, 0, Path(os.devnull))


def _unique_name() -> str:
    return f"e2e_{uuid.uuid4().hex[:12]}"


def _beside(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


def _drop(url: str, name: str) -> None:
    _in_postgres(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _in_postgres(url: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def free_port() -> int:
    """One that only this worker's servers are given, so that it is still free when its server starts, also anew."""
    first = FIRST_PORT + WORKER * PORTS_EACH
    for port in random.sample(range(first, first + PORTS_EACH), PORTS_EACH):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port from {first} to {first + PORTS_EACH - 1} is free")

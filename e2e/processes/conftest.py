"""Two servers on one database and one Redis, and a Redis that a test may end."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S, wait_until
from fakes.site import MAKE_AGENT, Site, free_port, site

HERE = Path(__file__).parent
collect_ignore = [] if os.environ.get("DATABASE_URL", "").startswith("postgres") else ["test_connections_cut.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("redis-server") or os.environ.get("REQUIRE_SERVICES"):
        return
    skip = pytest.mark.skip(reason="no redis-server on this machine")
    for item in items:
        if HERE in item.path.parents and "own_redis" in getattr(item, "fixturenames", ()):
            item.add_marker(skip)


@dataclass
class OwnRedis:
    """A Redis of the test's own, to be frozen, killed and started again; it keeps nothing."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        wait_until(self._answers)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=PATIENCE_S)
            self.process = None

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        command = ["redis-cli", "-h", "127.0.0.1", "-p", str(self.port), "ping"]
        return b"PONG" in subprocess.run(command, capture_output=True, timeout=PATIENCE_S).stdout


@dataclass
class Pair:
    """Two servers, as behind a proxy without sticky sessions."""

    a: Site
    b: Site

    def maker_first(self, answer_id: str) -> tuple[Site, Site]:
        """The server that makes a running answer, and the other one."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            pid = _lease_owner(self.a.environment["DATABASE_URL"], answer_id).split("-")[0]
            for maker, other in ((self.a, self.b), (self.b, self.a)):
                if maker.process and str(maker.process.pid) == pid:
                    return maker, other
            time.sleep(0.02)
        raise AssertionError("nobody works on the answer")

    def see_that_both_run(self) -> None:
        for each in (self.a, self.b):
            if each.process is None:
                each.start()


def _lease_owner(database_url: str, answer_id: str) -> str:
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
            sql = "SELECT lease_owner FROM conversations_reply WHERE message_id = ?"
            row = connection.execute(sql, [answer_id.replace("-", "")]).fetchone()
        connection.close()
    else:
        import psycopg

        with psycopg.connect(database_url) as connection:
            sql = "SELECT lease_owner FROM conversations_reply WHERE message_id = %s"
            row = connection.execute(sql, [answer_id]).fetchone()
    return str(row[0]) if row else ""


@pytest.fixture(scope="package")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    made = OwnRedis(tmp_path_factory.mktemp("redis"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def own_redis(shared_redis: OwnRedis) -> OwnRedis:
    """Running, whatever the test before did to it."""
    if shared_redis.process is None:
        shared_redis.start()
    return shared_redis


@pytest.fixture(scope="package")
def both(
    tmp_path_factory: pytest.TempPathFactory, upstream_server: FakeOpenAI, shared_redis: OwnRedis
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    settings = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(folder, begun_with=MAKE_AGENT, REDIS_URL=shared_redis.url, **settings) as a:
        port = free_port()
        b = replace(a, environment={**a.environment, "PORT": str(port)}, port=port, log=folder / "second.log")
        try:
            yield Pair(a, b)
        finally:
            b.close()


@pytest.fixture
def pair(both: Pair, own_redis: OwnRedis, upstream: FakeOpenAI) -> Pair:
    """Both servers and their Redis, running, whatever the test before did to them."""
    both.see_that_both_run()
    return both

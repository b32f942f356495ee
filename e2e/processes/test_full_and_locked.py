"""The database is locked or full: the visitor is told, nothing acknowledged is lost, the site mends itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sqlite3
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from e2e.processes.visitor import Visitor, question, times_asked
from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.process

LOCKED_S = 12  # longer than the ten seconds the site waits for the database


@contextlib.contextmanager
def site_on(folder, upstream, **environment):
    settings = {"OPENAI_BASE_URL": upstream.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off", "REDIS_URL": ""}
    with site(folder, begun_with=MAKE_AGENT, **settings, **environment) as made:
        made.start()
        yield made


@pytest.fixture
def sqlite_site(tmp_path, upstream):
    """On SQLite, whatever the other tests run on."""
    with site_on(tmp_path, upstream, DATABASE_URL=f"sqlite:///{tmp_path / 'site.sqlite3'}") as made:
        yield made


def assert_kind(sent) -> None:
    """Refused for now: in words for people, and with the time after which to try again."""
    told = json.loads(sent.body)
    assert sent.status == 503
    assert int(sent.retry_after) >= 1
    assert "is sent again" in told["fallback_message"]
    assert "database" not in sent.body.lower()


async def test_a_locked_database_delays_messages_and_answers_and_loses_none(sqlite_site, tmp_path, upstream):
    slow, slow_answer = question("slow", count=30, rate_per_s=10)
    base = sqlite_site.url
    lock = sqlite3.connect(tmp_path / "site.sqlite3", isolation_level=None, check_same_thread=False)

    async def send_while_locked(number: int):
        text, answer = question(f"locked{number}", count=5, rate_per_s=50)
        client_id = str(uuid.uuid4())
        async with Visitor.arriving() as visitor:
            first = await visitor.send(base, text, client_id)
            await visitor.insist(base, text, client_id)
            await visitor.insist(base, text, client_id)
            return first, answer, await visitor.settled(base)

    async with Visitor.arriving() as early:
        answer_id = (await early.insist(base, slow)).answer_id
        async with early.page(base) as page:
            await page.shows(answer_id, 5)
            lock.execute("BEGIN EXCLUSIVE")
            unlock_at = time.monotonic() + LOCKED_S
            senders = [asyncio.create_task(send_while_locked(number)) for number in range(3)]
            await page.shows(answer_id, 30)  # the words go on, only the end cannot be stored
            is_told_early = page.status(answer_id) != "running"
            await asyncio.sleep(unlock_at - time.monotonic())
            lock.execute("ROLLBACK")
            lock.close()
            shown = await page.ended(answer_id)
        ended = await asyncio.gather(*senders)
        stored = await early.reload(base)

    assert not is_told_early
    assert (shown.status, shown.text) == ("complete", slow_answer)
    assert [message.text for message in stored[1:]] == [slow_answer]
    assert times_asked(upstream, "slow") == 1
    for number, (first, answer, messages) in enumerate(ended):
        if first.status != 200:
            assert_kind(first)
        assert [message.role for message in messages] == ["user", "assistant"]
        assert messages[1].text == answer
        assert times_asked(upstream, f"locked{number}") == 1
    assert any(first.status == 503 or first.took_s > 1 for first, _, _ in ended)


class SmallDisk:
    """A filesystem of its own, with little on it; mounting needs the rights to."""

    def __init__(self, folder: Path):
        self.folder = folder
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, timeout=PATIENCE_S).returncode:
            pytest.skip("no filesystem can be mounted here; the limit on file sizes stands for it")

    def fill(self, _) -> None:
        with contextlib.suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))

    def free(self, _) -> None:
        (self.folder / "ballast").unlink()

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True, timeout=PATIENCE_S)


class FileSizeLimit:
    """The server's files can grow no further: to a database, the same as a full disk. Needs no rights."""

    def __init__(self, folder: Path):
        self.folder = folder

    def fill(self, made) -> None:
        size_bytes = max(path.stat().st_size for path in self.folder.glob("site.sqlite3*"))
        self._limit(made, size_bytes)

    def free(self, made) -> None:
        self._limit(made, resource.RLIM_INFINITY)

    def close(self) -> None:
        """Nothing is left behind."""

    def _limit(self, made, size_bytes: int) -> None:
        resource.prlimit(made.process.pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


@pytest.mark.parametrize("make_disk", [FileSizeLimit, SmallDisk])
async def test_a_full_disk_is_told_and_what_was_acknowledged_is_kept(tmp_path, upstream, make_disk):
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = make_disk(folder)
    try:
        with site_on(folder, upstream, DATABASE_URL=f"sqlite:///{folder / 'site.sqlite3'}") as made:
            await fill_and_free(made, disk, upstream)
    finally:
        disk.close()


async def fill_and_free(made, disk, upstream) -> None:
    slow, slow_answer = question("slow", count=30, rate_per_s=10)
    acknowledged: list[str] = []

    async with Visitor.arriving() as waiting, Visitor.arriving() as writer:
        answer_id = (await waiting.insist(made.url, slow)).answer_id
        async with waiting.page(made.url) as page:
            await page.shows(answer_id, 3)
            await asyncio.to_thread(disk.fill, made)
            refused, text, client_id = await write_until_refused(writer, made.url, acknowledged)
            await page.shows(answer_id, 30)
            await asyncio.to_thread(disk.free, made)
            shown = await page.ended(answer_id)
        await writer.insist(made.url, text, client_id)
        stored = await writer.settled(made.url)
        stored_slow = await waiting.reload(made.url)

    assert_kind(refused)
    assert (shown.status, shown.text) == ("complete", slow_answer)
    assert [message.text for message in stored_slow[1:]] == [slow_answer]
    assert [message.client_id for message in stored if message.role == "user"] == [*acknowledged, client_id]
    answers = [message.status for message in stored if message.role == "assistant"]
    assert answers == ["complete"] * (len(acknowledged) + 1)


async def write_until_refused(writer, base, acknowledged):
    """Long messages until there is no room for one; the refusal, and what was refused."""
    for number in range(40):
        text, _ = question(f"long{number}", count=1, rate_per_s=0)
        text, client_id = text + "x" * 9000, str(uuid.uuid4())
        sent = await writer.send(base, text, client_id)
        if sent.status != 200:
            return sent, text, client_id
        acknowledged.append(client_id)
    raise AssertionError("the disk did not fill up")

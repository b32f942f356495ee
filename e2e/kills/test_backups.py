"""A backup holds what was there, to the byte; it and its restore may be killed at any step, and nothing is half."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.databases import ROOT
from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.process

# A conversation with recordings: bytes that no text has, and a second folder.
TALK = """
import hashlib, json
from django.core.files.base import ContentFile
from agents.models import Agent
from conversations.models import Attachment, Message, Session
agent = Agent.objects.get()
title = "A long talk: ü, 電灯, \\\\N, \\t, '"
session = Session.objects.create(agent=agent, visitor="v", title=title, last_seq={count})
for seq in range(1, {count} + 1):
    text = f"Message {{seq}}\\nwith \\\\ and \\x7f"
    message = Message(session=session, seq=seq, role="user", content=text, message_type="voice")
    sound = b"".join(hashlib.sha256(f"{name} {{seq}} {{n}}".encode()).digest() for n in range(40))
    message.audio.save(f"{{seq}}.webm", ContentFile(sound), save=False)
    message.save(force_insert=True)
attached = Attachment(session=session, name="a.pdf", media_type="application/pdf", size_bytes=5)
attached.file.save("{name}.pdf", ContentFile(bytes(range(256))))
"""
# Everything that is stored, as one hash: each row of each table, and each file with its name.
STATE = """
import hashlib
from pathlib import Path
from django.apps import apps
from django.conf import settings
read = hashlib.sha256()
for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label):
    for row in model._base_manager.order_by("pk").values_list().iterator():
        values = [bytes(value) if isinstance(value, memoryview) else value for value in row]
        read.update(repr((model._meta.label, values)).encode())
root = Path(settings.MEDIA_ROOT)
for path in sorted(root.rglob("*")):
    name = path.relative_to(root).as_posix()
    if path.is_file() and not name.startswith("."):
        read.update(name.encode() + path.read_bytes())
print(read.hexdigest())
"""
# Runs a command in a child, which is killed before the step of that number: what it renames, makes, removes or opens.
STEPS = """
import json, os, signal, sys
import django
django.setup()
from django.core.management import call_command
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.utime"}
for line in sys.stdin:
    kill_at, folder, command = json.loads(line)
    child = os.fork()
    if child == 0:
        left = kill_at
        def count(event, arguments):
            global left
            if event in STEPS or (event == "open" and str(arguments[0]).startswith(folder)):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        sys.stdout = sys.stderr
        try:
            call_command(*command)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), flush=True)
"""


@contextmanager
def steps(of: Site) -> Iterator:  # type: ignore[type-arg]
    """A function that runs a management command, killed before the step of a number; 0 lets it end."""
    environment = {**of.environment, "DJANGO_SETTINGS_MODULE": "salesagent.settings"}
    with of.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", STEPS], cwd=ROOT, env=environment, text=True, stderr=log,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(kill_at: int, *command: str) -> int:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([kill_at, str(of.log.parent), command]) + "\n")
        process.stdin.flush()
        return int(json.loads(process.stdout.readline()))

    try:
        yield run
    finally:
        process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path / "shop", begun_with=MAKE_AGENT) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Site]:
    """An empty installation."""
    with site(tmp_path / "other") as made:
        yield made


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("shop", "other"):
        (tmp_path / name).mkdir()


def manage(of: Site, *command: str, is_refused: bool = False) -> str:
    """Run a command as an operator does, in a process of its own; what it says, or says where it refuses."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=of.environment, text=True, capture_output=True, timeout=5 * PATIENCE_S,
    )  # fmt: skip
    assert (done.returncode != 0) is is_refused, done.stderr
    return done.stderr if is_refused else done.stdout


def refused(of: Site, *command: str) -> str:
    """What a command says that does not do its work."""
    return manage(of, *command, is_refused=True)


def test_a_thousand_messages_with_their_recordings_survive_to_the_byte(shop, other, tmp_path):
    shop.shell(TALK.format(count=1000, name="first"))
    file = tmp_path / "all.backup"

    manage(shop, "backup", str(file))
    manage(other, "restore", str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert other.shell(STATE) == shop.shell(STATE)
    assert not list(tmp_path.glob("*.part"))
    other.shell(TALK.format(count=2, name="second"))  # new rows find new numbers
    other.start()
    with urllib.request.urlopen(f"{other.url}/readyz", timeout=PATIENCE_S) as answer:  # noqa: S310
        assert answer.status == 200


def test_a_backup_made_while_visitors_write_has_all_that_was_acknowledged_before(shop, other, tmp_path):
    shop.environment["RATE_LIMITS"] = "off"
    shop.start()
    is_over = threading.Event()
    said: list[str] = []
    writers = [threading.Thread(target=_write, args=(shop.url, is_over, said)) for _ in range(3)]
    for each in writers:
        each.start()
    try:
        while len(said) < 20:
            assert any(each.is_alive() for each in writers)
        before = list(said)
        manage(shop, "backup", str(tmp_path / "one.backup"))
        during = len(said)
    finally:
        is_over.set()
        for each in writers:
            each.join()

    manage(other, "restore", str(tmp_path / "one.backup"))

    kept = json.loads(other.shell(
        "import json; from conversations.models import Message\n"
        "print(json.dumps([str(pk) for pk in Message.objects.values_list('pk', flat=True)]))"
    ))  # fmt: skip
    assert during > len(before)
    assert set(before) <= set(kept)
    assert other.shell("from django.db import connection; connection.check_constraints(); print('whole')") == "whole"


def _write(url: str, is_over: threading.Event, said: list[str]) -> None:
    begun = _post(f"{url}/api/chat/init", {}, "")
    while not is_over.is_set():
        answer = _post(
            f"{url}/api/sessions/{begun['session_id']}/messages", {"content": "Who are you?"}, begun["token"]
        )
        said.append(answer["user_message"]["id"])


def _post(url: str, body: dict, token: str) -> dict:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        return json.load(answer)


def test_a_backup_killed_at_any_step_is_not_there_and_the_next_one_is_whole(shop, tmp_path):
    shop.shell(TALK.format(count=3, name="first"))
    before, file = shop.shell(STATE), tmp_path / "one.backup"

    with steps(shop) as run:
        for step in range(1, 1000):
            ended = run(step, "backup", str(file))
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            if file.exists():  # the last step is its name
                run(0, "backup", str(file), "--force")
                file.unlink()
            assert shop.shell(STATE) == before
        else:
            pytest.fail("the backup never ended")

    assert step > 10
    assert file.exists()
    assert not list(tmp_path.glob("*.part"))
    assert [each.name for each in Path(shop.environment["MEDIA_ROOT"], ".backing-up").iterdir()] == ["lock"]


def test_a_restore_killed_at_any_step_leaves_all_of_the_old_or_all_of_the_new(shop, tmp_path):
    files = [tmp_path / "first.backup", tmp_path / "second.backup"]
    states = []
    for name, file in zip(("first", "second"), files, strict=True):
        shop.shell(TALK.format(count=2, name=name))
        manage(shop, "backup", str(file))
        states.append(shop.shell(STATE))
    now, seen = 1, set()
    # PostgreSQL makes every table anew each time, for seconds; the files are moved by the same steps with either.
    stride = 1 if shop.environment["DATABASE_URL"].startswith("sqlite") else 6

    with steps(shop) as run:
        for step in range(1, 1000, stride):
            ended = run(step, "restore", str(files[1 - now]), "--force")
            shop.shell("from operations.backups.unfinished import settle_if_cut_off; settle_if_cut_off()")
            found = states.index(shop.shell(STATE))
            seen.add("new" if found != now else "old")
            now = found
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
        else:
            pytest.fail("the restore never ended")

    assert seen == {"old", "new"}
    assert step > 10
    assert [each.name for each in Path(shop.environment["MEDIA_ROOT"]).iterdir() if each.name.startswith(".rest")] == []


def test_the_server_ends_a_restore_that_was_cut_off_before_it_serves(shop, tmp_path):
    shop.shell(TALK.format(count=2, name="first"))
    manage(shop, "backup", str(tmp_path / "one.backup"))
    kept = shop.shell(STATE)
    shop.shell(TALK.format(count=2, name="second"))
    media = Path(shop.environment["MEDIA_ROOT"])

    with steps(shop) as run:
        step = next(  # killed when the database is the old one already, and files are not yet
            step for step in range(1, 1000)
            if run(step, "restore", str(tmp_path / "one.backup"), "--force") and (media / ".restoring/old").exists()
        )  # fmt: skip
    shop.start()

    assert step
    assert shop.shell(STATE) == kept


def test_what_is_damaged_foreign_in_use_or_not_empty_is_refused_and_nothing_is_touched(shop, other, tmp_path):
    shop.shell(TALK.format(count=2, name="first"))
    other.shell(MAKE_AGENT)
    file = tmp_path / "one.backup"
    manage(shop, "backup", str(file))
    before, whole = other.shell(STATE), file.read_bytes()

    assert "not empty" in refused(other, "restore", str(file))
    assert "is there already" in refused(shop, "backup", str(file))
    assert other.shell(STATE) == before
    other.start()
    assert "in use" in refused(other, "restore", str(file), "--force")
    other.stop()
    before = other.shell(STATE)  # the server has looked after its own things meanwhile
    middle = len(whole) // 2
    for damaged in (
        whole[:-20_000],
        whole[:middle],
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        whole + whole,
        b"",
        b"not a backup" * 1000,
    ):
        file.write_bytes(damaged)
        assert "backup" in refused(other, "restore", str(file), "--force")
    newer = whole.replace(b'["conversations", "0001_initial"]', b'["conversations", "9999_initial"]', 1)
    assert newer != whole
    file.write_bytes(newer)
    assert "newer" in refused(other, "restore", str(file), "--force")
    here, there = (b"sqlite", b"oracle") if b'"database": "sqlite"' in whole else (b"postgresql", b"postgre_ql")
    file.write_bytes(whole.replace(b'"database": "' + here, b'"database": "' + there, 1))
    assert "kind of database" in refused(other, "restore", str(file), "--force")
    assert other.shell(STATE) == before

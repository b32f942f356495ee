"""The servers that tests fork are as those that are started: no two share anything, and all end with the tests."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_S, wait_until
from fakes.site import MAKE_AGENT, ROOT, site

pytestmark = pytest.mark.process

# What would be the same in processes that share it.
OWN = """
import os, random, secrets, threading, uuid
from django.db import connection
assert connection.connection is None
assert threading.active_count() == 1
print(os.getpid(), random.random(), secrets.token_hex(8), uuid.uuid4())
"""
# A process that tests, and is killed as soon as its server runs.
STARTED = """
import os, signal, sys
from pathlib import Path
from fakes.site import fork_servers, site
fork_servers()
with site(Path(sys.argv[1])) as made:
    made.start()
    print(made.url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_forked_processes_share_neither_chance_nor_connections(tmp_path: Path) -> None:
    with site(tmp_path, begun_with=MAKE_AGENT) as made:
        other = replace(made)  # forked from the same process as the first
        runs = [each.shell(OWN).split() for each in (made, other)]
        other.close()

    for first, second in zip(*runs, strict=True):
        assert first != second


def test_each_site_has_its_own_settings(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with site(tmp_path, OPENAI_MODEL="one") as one, site(tmp_path / "a", OPENAI_MODEL="two") as two:
        told = [made.shell("from django.conf import settings; print(settings.OPENAI_MODEL)") for made in (one, two)]

    assert told == ["one", "two"]


def test_a_changed_environment_counts_from_the_next_start_on(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.OPENAI_MODEL)"
    with site(tmp_path, OPENAI_MODEL="one") as made:
        before = made.shell(code)
        made.environment["OPENAI_MODEL"] = "two"

        assert (before, made.shell(code)) == ("one", "two")


def test_a_refused_setting_is_told_by_the_start(tmp_path: Path) -> None:
    with site(tmp_path, MAX_CONNECTIONS="many") as made, pytest.raises(RuntimeError, match="MAX_CONNECTIONS"):
        made.start()


def test_what_a_piece_of_code_raises_is_told(tmp_path: Path) -> None:
    with site(tmp_path) as made, pytest.raises(RuntimeError, match="ZeroDivisionError"):
        made.shell("1 / 0")


def test_servers_end_with_the_process_that_tests(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTED, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S)  # noqa: S603

    wait_until(lambda: not _answers(done.stdout.strip()))


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/api/health", timeout=PATIENCE_S).close()  # noqa: S310
    except OSError:  # refused, or cut off while it was asked
        return False
    return True

"""The servers that tests fork are as those that are started: no two share anything, and all end with the tests."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
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
# Without what has a number of the process in it.
SETTINGS = """
import re
from django.conf import settings
from django.db import connection
assert connection.settings_dict is settings.DATABASES["default"]
settings.DATABASES["default"].pop("TEST")
for name in sorted(dir(settings)):
    if name.isupper():
        print(name, re.sub(" at 0x[0-9a-f]+", "", repr(getattr(settings, name))))
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


@pytest.mark.parametrize(
    "environment",
    [
        {"OPENAI_MODEL": "one", "SERVICE_WORKER": "on", "STT_PROVIDERS": "smallest,builtin", "API_AUTH": "off"},
        {"HSTS_SECONDS": "5", "LOG_LEVEL": "warning", "MAX_DOCUMENT_SIZE": "2048", "ALLOWED_HOSTS": "one.example"},
        {"SITE_URL": "https://two.example", "EMAIL_URL": "smtp://127.0.0.1:2525", "TRUSTED_PROXIES": "2"},
    ],
    ids=lambda environment: next(iter(environment)),
)
def test_the_settings_are_those_of_a_process_that_is_started_anew(tmp_path: Path, environment: dict[str, str]) -> None:
    with site(tmp_path) as before, site(tmp_path, SECRET_KEY="k" * 60, **environment) as made:
        before.shell("pass")  # whose process may be forked again for the second

        forked = made.shell(SETTINGS)

        command = [sys.executable, "-c", f"import django; django.setup()\n{SETTINGS}"]
        own = {**made.environment, "DJANGO_SETTINGS_MODULE": "salesagent.settings"}
        anew = subprocess.check_output(command, cwd=ROOT, env=own, text=True, timeout=PATIENCE_S)  # noqa: S603
    assert forked.splitlines() == anew.strip().splitlines()


def test_what_was_read_while_the_code_was_loaded_counts_too(tmp_path: Path) -> None:
    code = "from knowledge.api import MAX_BYTES; import logging; print(MAX_BYTES, logging.root.level)"
    with (
        site(tmp_path, MAX_DOCUMENT_SIZE="2048") as one,
        site(tmp_path, MAX_DOCUMENT_SIZE="4096") as two,
        site(tmp_path, MAX_DOCUMENT_SIZE="4096", LOG_LEVEL="warning") as three,
    ):
        told = [made.shell(code) for made in (one, two, three)]

    assert told == ["2048 20", "4096 20", "4096 30"]


def test_each_site_has_its_own_database_files_and_server(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    place = "from django.core.files.storage import default_storage as files; print(files.location)"
    with site(folders[0], begun_with=MAKE_AGENT) as one, site(folders[1]) as two:
        one.start()
        two.start()
        agents = [made.shell("from agents.models import Agent; print(Agent.objects.count())") for made in (one, two)]
        files = [made.shell(place) for made in (one, two)]
        pages = [_status(f"{made.url}/chat/ada/") for made in (one, two)]

    assert agents == ["1", "0"]
    assert files == [str(folder / "media") for folder in folders]
    assert pages == [200, 404]


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


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/api/health", timeout=PATIENCE_S).close()  # noqa: S310
    except OSError:  # refused, or cut off while it was asked
        return False
    return True

"""A server that cannot start says in one line why, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from fakes.patience import PATIENCE_S
from fakes.site import ROOT, free_port
from salesagent.environment import secret_key


@pytest.mark.process
@pytest.mark.parametrize(
    ("database", "mend"),
    [
        ("sqlite:///{folder}/a-file/site.sqlite3", "Give {folder}/a-file"),
        ("postgres://me:hunter2@127.0.0.1:{port}/site", "Look at DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_opened(tmp_path, database, mend):
    (tmp_path / "a-file").touch()
    url = database.format(folder=tmp_path, port=free_port())
    command = [sys.executable, "manage.py", "serve", "--prepare"]
    environment = {**os.environ, "DATABASE_URL": url, "PORT": str(free_port())}

    done = subprocess.run(  # noqa: S603 our own code
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"CommandError: The database cannot be used. {mend.format(folder=tmp_path)}")


def test_a_key_that_cannot_be_kept(tmp_path):
    (tmp_path / "var").touch()

    with pytest.raises(ImproperlyConfigured, match=r"set SECRET_KEY, or give .*var to the account"):
        secret_key("", tmp_path / "var" / "secret-key", must_be_given=False)

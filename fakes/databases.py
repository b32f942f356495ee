"""Copies of a migrated, empty database, which is made once for as long as the migrations stay the same.

To migrate takes 5 s of a core; each process that tests did it, and the sites once more.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from fakes.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var"
NAMED = "salesagent_migrated_"
# The advisory lock in PostgreSQL; any number that no other program uses there.
COPYING = 0x5A1E7


def copy_file(to: Path) -> None:
    """As an SQLite file."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    kept = KEPT / f"{NAMED}{_version()}.sqlite3"
    with (KEPT / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in KEPT.glob(f"{NAMED}*"):
                old.unlink()
            made = kept.with_suffix(".making")
            _migrate(f"sqlite:///{made}")
            all_in_one_file(made)
            made.rename(kept)
        shutil.copyfile(kept, to)


def copy_in_postgres(url: str, name: str) -> None:
    """As a database of the server that the URL names."""
    import psycopg

    kept = f"{NAMED}{_version()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [COPYING])  # until the connection ends
        there = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [NAMED]).fetchall()
        if (kept,) not in there:
            for (old,) in there:
                connection.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{kept}_making"')
            _migrate(beside(url, f"{kept}_making"))
            connection.execute(f'ALTER DATABASE "{kept}_making" RENAME TO "{kept}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def in_postgres(url: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def drop(url: str, name: str) -> None:
    """A database of this PostgreSQL, whoever still uses it."""
    in_postgres(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def beside(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return f"{url.rsplit('/', 1)[0]}/{name}"


def all_in_one_file(database: Path) -> None:
    """So that the file alone can be copied."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@functools.cache
def _version() -> str:
    """Of what makes the database as it is: our migrations, and the packages, which have some too."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    made_of = hashlib.sha256()
    for file in [ROOT / "requirements.txt", *migrations]:
        made_of.update(f"{file.relative_to(ROOT)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return made_of.hexdigest()[:16]


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True, timeout=5 * PATIENCE_S)

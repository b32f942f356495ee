"""SQLite: one file, copied by its backup API inside one read transaction, and put back by one rename."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections

from operations.backups.archive import BLOCK, DATABASE, PackedFile, Unusable, Writer

NAME = DATABASE + "salesagent.sqlite3"
BESIDE = ("-wal", "-shm", "-journal")


def file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def staged() -> Path:
    """Where a database that is put back waits, on the disk of the one it replaces."""
    return file().with_name(file().name + ".restoring")


@contextmanager
def snapshot() -> Iterator[sqlite3.Connection]:
    """A connection that sees the database as it is now, whoever goes on writing: readers of a WAL stop nobody."""
    with closing(sqlite3.connect(file(), timeout=10, isolation_level=None)) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it stands still
        yield source


def size(source: sqlite3.Connection) -> int:
    pages, page_bytes = (source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * page_bytes)


def write(source: sqlite3.Connection, to: Writer, scratch: Path) -> None:
    """Add the database, checked: a damaged one would be found when it is needed."""
    copy = scratch / "database.sqlite3"
    with closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it
        _check(target, "The database is damaged; it was not backed up. Restore an older backup, or repair the file.")
    with copy.open("rb") as content:
        to.add(NAME, content, copy.stat().st_size, 0)
    copy.unlink()


def stage(entry: PackedFile) -> None:
    """Unpack the database beside the one it will replace."""
    with os.fdopen(os.open(staged(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        shutil.copyfileobj(entry.content, target, BLOCK)
        target.flush()
        os.fsync(target.fileno())
    with closing(sqlite3.connect(f"file:{staged()}?mode=ro", uri=True)) as found:
        _check(found, "The database in this backup is damaged; use another backup. Nothing was touched.")


def refuse_if_used() -> None:
    """Raises Unusable while any other process has the database open: it would go on with a file that is gone.

    Leaving the WAL needs the file alone, and brings into it what stood beside it.
    """
    connections.close_all()
    if not file().exists():
        return
    with closing(sqlite3.connect(file(), timeout=0, isolation_level=None)) as source:
        try:
            source.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError:
            raise Unusable(
                "The database is in use. Stop the server and the workers first. Nothing was touched."
            ) from None
        except sqlite3.DatabaseError:  # it is damaged, which may be why it is to be replaced
            return


def replace() -> None:
    """The one step after which the other database is there."""
    for each in BESIDE:  # of a damaged one; others have none by now
        with contextlib.suppress(FileNotFoundError):
            file().with_name(file().name + each).unlink()
    os.replace(staged(), file())


def _check(database: sqlite3.Connection, words: str) -> None:
    try:
        found = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        raise Unusable(words) from None
    if found != ("ok",):
        raise Unusable(words)

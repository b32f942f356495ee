"""Whether what is stored can be read and written: database, migrations, Redis, disk, files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from operations.backups.unfinished import is_unfinished
from operations.doctor.findings import Finding, broken, doubtful, good
from operations.readiness import known_to_the_code, missing_migrations, redis_answers

LOW_BYTES = 1_073_741_824  # a day of recordings and the WAL of a backup have room in it
FULL_BYTES = 104_857_600


def database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield broken("database", f"{_kind()} does not answer ({type(error).__name__}).", "Look at DATABASE_URL.")
        return
    yield good("database", f"{_kind()} answers.")
    if connection.vendor == "sqlite":
        yield from _sqlite()
    yield from _migrations()


def _sqlite() -> Iterator[Finding]:
    file = Path(str(connection.settings_dict["NAME"]))
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
        try:
            said = found.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError:
            said = "damaged"
    if said != "ok":
        yield broken("database", "The file is damaged.", "Put a backup back: manage.py restore FILE --force.")
    yield from _private("database file", file)


def _migrations() -> Iterator[Finding]:
    from django.db.migrations.recorder import MigrationRecorder

    if missing := missing_migrations():
        words = f"{len(missing)} are not applied, the first is {missing[0][0]}.{missing[0][1]}."
        yield broken("migrations", words, "Run manage.py migrate.")
        return
    if newer := sorted(set(MigrationRecorder(connection).applied_migrations()) - known_to_the_code()):
        words = f"The database knows {newer[0][0]}.{newer[0][1]}, which this version does not."
        yield doubtful("migrations", words, "Run the version that made it, or a newer one.")
        return
    yield good("migrations", "All are applied.")


def redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield good("redis", "None is set: cache, limits and events stay in one process. Several need REDIS_URL.")
    elif redis_answers():
        yield good("redis", "It answers.")
    else:
        yield broken("redis", "It does not answer.", "Look at REDIS_URL; processes cannot hear each other meanwhile.")


def disk() -> Iterator[Finding]:
    places = {"media": Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite":
        places["database"] = Path(str(connection.settings_dict["NAME"])).parent
    for name, folder in places.items():
        # A folder that is made with its first file will be on the disk of the nearest one that is there.
        free = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
        words = f"{free / 1e9:.1f} GB are free on the disk of the {name}."
        if free < FULL_BYTES:
            yield broken("disk", words, "Free some space: nothing can be stored soon.")
        elif free < LOW_BYTES:
            yield doubtful("disk", words, "Free some space, or set AUDIO_RETENTION_DAYS and run manage.py purge.")
        else:
            yield good("disk", words)


def media() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    if is_unfinished():
        yield broken("media", "A restore was cut off.", "Start the server, which ends it, or run the restore again.")
    if not folder.exists():
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            yield broken("media", f"{folder} cannot be made: {error.strerror}.", "Set MEDIA_ROOT to a folder of yours.")
            return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as error:
        words = f"{folder} cannot be written: {error.strerror}."
        yield broken("media", words, f"Give it to the account that serves (user id {os.geteuid()}).")
        return
    yield good("media", f"{folder} can be written.")
    yield from _private("media", folder)


def _private(about: str, path: Path) -> Iterator[Finding]:
    if path.exists() and path.stat().st_mode & 0o077:
        words = f"Other accounts of this machine may look into {path}."
        yield doubtful(about, words, f"chmod {'700' if path.is_dir() else '600'} {path}")


def _kind() -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)

"""Puts a backup back: all of it, or nothing.

What is put back is unpacked and checked beside what is there. Then one step decides: the rename of the database, or the
commit of PostgreSQL's transaction. Killed before it, everything is as it was; killed after it, what is left to be done
is moving files, and whoever comes next does that: another restore, or the server when it starts.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection

from agents.models import Agent
from operations import readiness
from operations.backups import media, postgres, sqlite
from operations.backups.archive import BLOCK, DATABASE, MEDIA, Manifest, PackedFile, Reader, Unusable
from operations.backups.unfinished import TRASH, is_unfinished, staging

NEW, OLD, READY, OLD_IS_AWAY = "new", "old", "ready", "old-is-away"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: of which version and when it was made, and how many files."""

    version: str
    made_at: str
    files: int


def restore(file: Path, *, overwrite: bool = False) -> Restored:
    """Raises Unusable, in words for the operator; nothing was changed then."""
    if is_unfinished():
        settle()
    with Reader(file) as backup:
        _refuse_if_foreign(backup.manifest)
        backup.check()
        if not overwrite and not is_empty():
            raise Unusable(
                "This installation is not empty. --force replaces everything in it; make a backup of it first."
                " Nothing was touched."
            )
        _refuse_if_used()
        _refuse_if_full(file)
        mark = uuid.uuid4().hex
        try:
            files = _stage(backup, mark)
        except BaseException:  # killed by hand, a full disk, a damaged database: all as it was
            settle()
            raise
    settle()
    call_command("migrate", verbosity=0)  # what is of an older version, and the permissions of this one
    return Restored(backup.manifest.version, backup.manifest.made_at, files)


def is_empty() -> bool:
    """Whether there is nothing that anybody would miss: no agent, no account, no file."""
    if next(media.entries(), None) is not None:
        return False
    try:
        there = connection.introspection.table_names()
        return not any(
            model._meta.db_table in there and model._default_manager.exists() for model in (Agent, get_user_model())
        )
    except DatabaseError:  # it cannot be read, which does not say that nothing is in it
        return False


def settle() -> str:
    """End what was begun: to its end where the database is the new one, else back to how it was. In words, which."""
    _remove(media.root() / TRASH)
    if not is_unfinished():
        return ""
    if _is_decided():
        _move_files()
        if connection.vendor != "sqlite":
            postgres.forget_mark()
        words = "A restore that was cut off was brought to its end."
    else:
        (staging() / READY).unlink(missing_ok=True)  # first: without it nothing below can look as if it were decided
        if connection.vendor == "sqlite":
            sqlite.staged().unlink(missing_ok=True)
        words = "A restore that was cut off was taken back; everything is as it was before it."
    os.replace(staging(), media.root() / TRASH)  # at once: what a kill leaves of it is not looked at again
    _remove(media.root() / TRASH)
    return words


def _stage(backup: Reader, mark: str) -> int:
    """Unpack everything; the last step is the one that decides. How many files there are."""
    staging().mkdir(mode=0o700, parents=True)
    new = staging() / NEW
    new.mkdir(mode=0o700)
    if connection.vendor != "sqlite":
        files = _unpack_media((each for each in backup.entries() if each.name.startswith(MEDIA)), new)
        _say_ready(mark)
        postgres.load(backup.manifest, _of_database(backup), mark)
        return files
    entries = backup.entries()
    database = next(entries, None)
    if database is None or database.name != sqlite.NAME:
        raise Unusable("The backup holds no database.")
    sqlite.stage(database)
    files = _unpack_media(entries, new)
    _say_ready(mark)
    sqlite.refuse_if_used()  # once more: unpacking may have taken minutes
    sqlite.replace()
    return files


def _of_database(backup: Reader) -> Iterator[PackedFile]:
    return (each for each in backup.entries() if each.name.startswith(DATABASE))


def _unpack_media(entries: Iterator[PackedFile], new: Path) -> int:
    count = 0
    for entry in entries:
        path = new / entry.name.removeprefix(MEDIA)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            shutil.copyfileobj(entry.content, target, BLOCK)
        os.utime(path, (entry.mtime, entry.mtime))
        count += 1
    return count


def _say_ready(mark: str) -> None:
    os.sync()  # a power cut is no worse than a kill
    ready = staging() / READY
    with open(ready, "x") as file:
        file.write(mark)
        file.flush()
        os.fsync(file.fileno())


def _is_decided() -> bool:
    ready = staging() / READY
    if not ready.exists():
        return False
    if connection.vendor == "sqlite":
        return not sqlite.staged().exists()
    return postgres.was_loaded(ready.read_text())


def _move_files() -> None:
    """The old files away, the new ones in their place; begun again it goes on where it was cut off."""
    old, new, is_away = staging() / OLD, staging() / NEW, staging() / OLD_IS_AWAY
    old.mkdir(exist_ok=True)
    if not is_away.exists():
        for each in list(media.entries()):
            os.replace(each, old / each.name)
        is_away.touch()
    for each in list(new.iterdir()):
        os.replace(each, media.root() / each.name)


def _refuse_if_foreign(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise Unusable(
            f"This backup is of {manifest.database}, and DATABASE_URL names {connection.vendor}. A backup is put back"
            " into the kind of database that it was made of. Nothing was touched."
        )
    known = readiness.known_to_the_code()
    newer = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if newer:
        raise Unusable(
            f"This backup was made by version {manifest.version}, which is newer than this one"
            f" ({settings.VERSION}): it knows {newer[-1]}. Install that version first. Nothing was touched."
        )


def _refuse_if_used() -> None:
    if connection.vendor == "sqlite":
        sqlite.refuse_if_used()
    else:
        postgres.refuse_if_used()


def _refuse_if_full(file: Path) -> None:
    media.root().mkdir(mode=0o700, parents=True, exist_ok=True)
    folders = {media.root(), *([sqlite.file().parent] if connection.vendor == "sqlite" else [])}
    for folder in folders:
        if folder.is_dir() and shutil.disk_usage(folder).free < file.stat().st_size:
            raise Unusable(f"There is no room for {file.stat().st_size:,} bytes in {folder}. Nothing was touched.")


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)

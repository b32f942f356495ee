"""Makes a backup while the site runs: whole under its name, or not there."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations.backups import media, postgres, sqlite
from operations.backups.archive import MEDIA, Manifest, Unusable, Writer
from operations.backups.unfinished import is_unfinished

HELD = ".backing-up"
SPARE = 10_485_760  # bytes that a disk must have left over


@dataclass(frozen=True, slots=True)
class Made:
    """How large a backup is, and how many files of visitors and staff it holds."""

    size_bytes: int
    files: int


def make(file: Path, now: datetime, *, overwrite: bool = False) -> Made:
    """Raises Unusable, in words for the operator. The file is readable by its owner alone.

    The files are held first, then the database, then the files that came meanwhile: each that a row names is there, for
    it is stored before its row and removed after it.
    """
    if is_unfinished():
        raise Unusable("A restore was cut off. Run it again, or start the server, which ends it; then back up.")
    if file.is_dir() or (file.exists() and not overwrite):
        raise Unusable(f"{file} is there already; choose another name, or say --force.")
    if media.root().resolve() in file.resolve().parents:
        raise Unusable(f"{file} lies in MEDIA_ROOT and would be part of the next backup; choose another folder.")
    with _scratch() as scratch, _part(file) as part:
        held = scratch / "media"
        held.mkdir()
        size = media.hold(held)
        if connection.vendor == "sqlite":
            made = _on_sqlite(part, held, scratch, now, size)
        else:
            made = _on_postgres(part, held, now, size)
        part.flush()
        os.fsync(part.fileno())
        os.replace(part.name, file)
        _sync_folder(file.parent)
    return made


def _on_sqlite(part: BinaryIO, held: Path, scratch: Path, now: datetime, size: int) -> Made:
    with sqlite.snapshot() as source:
        media.hold(held)
        _refuse_if_full(part.name, size + sqlite.size(source), scratch, sqlite.size(source))
        rows = source.execute("SELECT app, name FROM django_migrations ORDER BY id")
        writer = Writer(part, _manifest(now, [list(row) for row in rows]))
        sqlite.write(source, writer, scratch)
    return _with_media(writer, held)


def _on_postgres(part: BinaryIO, held: Path, now: datetime, size: int) -> Made:
    with postgres.snapshot():
        media.hold(held)
        _refuse_if_full(part.name, size + postgres.size())
        rows = MigrationRecorder(connection).migration_qs.order_by("id").values_list("app", "name")
        manifest = _manifest(now, [list(row) for row in rows], postgres.tables())
        writer = Writer(part, manifest)
        postgres.write(manifest, writer)
    return _with_media(writer, held)


def _manifest(now: datetime, migrations: list[list[str]], tables: dict[str, list[str]] | None = None) -> Manifest:
    return Manifest(settings.VERSION, now.isoformat(), connection.vendor, migrations, tables or {})


def _with_media(writer: Writer, held: Path) -> Made:
    count = 0
    for path, name in media.files(held):
        with path.open("rb") as content:
            stat = os.fstat(content.fileno())
            writer.add(MEDIA + name, content, stat.st_size, stat.st_mtime)
        count += 1
    writer.seal()
    return Made(writer.size, count)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder on the disk of the media for one backup at a time. It goes afterwards, and what a killed one left."""
    folder = media.root() / HELD
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / "lock", "Another backup is being made; wait for its end."):
        own = folder / "held"
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(mode=0o700)
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)


@contextmanager
def _locked(file: Path, words: str) -> Iterator[None]:
    """Held by an open file: one that a killed process had is free again."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unusable(words) from None
        yield


@contextmanager
def _part(file: Path) -> Iterator[BinaryIO]:
    """The file under another name beside its own, until it is whole. One that a killed backup left is removed."""
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as opened:
            yield opened
    except OSError as error:
        raise Unusable(f"The backup could not be written to {part}: {error.strerror or error}.") from None
    finally:
        part.unlink(missing_ok=True)


def _refuse_if_full(part: str, needed: int, scratch: Path | None = None, copied: int = 0) -> None:
    for folder, size in ((Path(part).parent, needed), (scratch, copied)):
        if folder is not None and shutil.disk_usage(folder).free < size + SPARE:
            raise Unusable(f"There is no room for {size:,} bytes in {folder}; free some space, or choose another disk.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

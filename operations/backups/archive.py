"""The file of a backup: a plain tar that begins with a manifest and ends with a seal, a hash of all that stands before.

Written and read from one end to the other: memory does not grow with what it holds.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "seal.json"
DATABASE, MEDIA = "database/", "media/"
BLOCK = 1_048_576
MAX_END = 4 * tarfile.RECORDSIZE  # of the seal, and of what fills up the last record behind it
MAX_JSON = 16_777_216  # of the two own files; a manifest has some 20 kB


class Unusable(Exception):
    """A backup cannot be made or put back; `str()` tells the operator why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of: who made it, when, of which kind of database, and how far its migrations were."""

    version: str
    made_at: str
    database: str
    migrations: list[list[str]]  # app and name
    tables: dict[str, list[str]] = field(default_factory=dict)  # of PostgreSQL: the columns, as they were copied
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a backup, to be read now or never."""

    name: str
    size: int
    mtime: float
    content: IO[bytes]


class _Hashing:
    """A file that is written, and the hash of what was."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.size


class Writer:
    def __init__(self, file: IO[bytes], manifest: Manifest):
        self._out = _Hashing(file)
        self._tar = tarfile.open(fileobj=self._out, mode="w:", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115 sealed below
        self._count = 0
        self.add_bytes(MANIFEST, json.dumps(asdict(manifest)).encode())

    @property
    def size(self) -> int:
        return self._out.size

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, io.BytesIO(data), len(data), 0)

    def add(self, name: str, content: IO[bytes], size: int, mtime: float) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(mtime), 0o600
        self._tar.addfile(info, content)
        _forget(self._tar)
        self._count += 1

    def seal(self) -> None:
        seal = {"sha256": self._out.hash.hexdigest(), "bytes": self._out.size, "entries": self._count}
        self.add_bytes(SEAL, json.dumps(seal).encode())
        self._tar.close()


class Reader:
    """Raises Unusable for a file that is no backup, or not a whole one."""

    def __init__(self, path: Path):
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {error.strerror}.") from None
        self.manifest = self._manifest()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def check(self) -> None:
        """Read the whole file once, and compare it with its seal."""
        sealed_at, seal = -1, {}
        for info, tar in self._members():
            if info.name == SEAL:
                sealed_at, seal = info.offset, _json(tar, info)
            elif sealed_at >= 0:
                raise self._damaged()
        size = self._path.stat().st_size
        if sealed_at < 0 or seal.get("bytes") != sealed_at or size > sealed_at + MAX_END:
            raise self._damaged()
        if _hash(self._file, sealed_at) != seal.get("sha256"):
            raise self._damaged()

    def entries(self) -> Iterator[PackedFile]:
        """Each file of the database and the media in its order."""
        for info, tar in self._members():
            if info.name in (MANIFEST, SEAL):
                continue
            if not info.isreg() or not _is_safe(info.name):
                raise Unusable(f"{self._path} holds {info.name!r}, which no backup of Salesagent holds.")
            content = tar.extractfile(info)
            assert content is not None  # noqa: S101 a regular file has content
            yield PackedFile(info.name, info.size, info.mtime, content)

    def _manifest(self) -> Manifest:
        for info, tar in self._members():
            if info.name == MANIFEST:
                return _read_manifest(_json(tar, info))
            break
        raise Unusable(f"{self._path} is no backup of Salesagent.")

    def _members(self) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
        self._file.seek(0)
        try:
            with tarfile.open(fileobj=self._file, mode="r:") as tar:
                while (info := tar.next()) is not None:
                    _forget(tar)
                    yield info, tar
        except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError):
            raise self._damaged() from None

    def _damaged(self) -> Unusable:
        return Unusable(f"{self._path} is not whole or was changed; use another backup. Nothing was touched.")


def _forget(tar: Any) -> None:
    """It would remember each file that it has seen: a thousand bytes each."""
    tar.members.clear()


def _json(tar: tarfile.TarFile, info: tarfile.TarInfo) -> dict[str, Any]:
    content = tar.extractfile(info) if info.isreg() and info.size <= MAX_JSON else None
    found = json.loads(content.read()) if content else None
    if not isinstance(found, dict):
        raise tarfile.ReadError
    return found


def _read_manifest(found: dict[str, Any]) -> Manifest:
    if found.get("format") != FORMAT:
        raise Unusable(f"This backup has format {found.get('format')!r}; this version reads {FORMAT}. Use a newer one.")
    try:
        return Manifest(**found)
    except TypeError:
        raise Unusable("The manifest of this backup cannot be read.") from None


def _is_safe(name: str) -> bool:
    """Whether a name stays in the folders that a backup has."""
    path = PurePosixPath(name)
    parts = name.split("/")
    return name.startswith((DATABASE, MEDIA)) and not path.is_absolute() and not {"", ".", ".."} & set(parts)


def _hash(file: IO[bytes], size: int) -> str:
    file.seek(0)
    read, left = hashlib.sha256(), size
    while left and (data := file.read(min(BLOCK, left))):
        read.update(data)
        left -= len(data)
    return read.hexdigest()

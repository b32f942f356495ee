"""Keeps speech on disk, so that greetings, fixed phrases and repeated clauses need not be made again. Several processes
may share the folder. If anything is wrong with an entry, the speech is made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import struct
import threading
import time
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from voice.reading.normalise import NORMALISER_VERSION, SpokenAs
from voice.sound.rates import SPEAKING_RATE
from voice.tts.speaker import Voice

logger = logging.getLogger(__name__)

MAX_CHARS = 200  # longer clauses rarely come twice, so they are not kept
# When this process has written a sixteenth of the limit, it lists the folder and removes the entries that were not used
# for longest, until 85 % of the limit is left. So one process stays below the limit.
LISTED_EVERY = 16
EMPTIED_TO = 0.85
BLOCK_BYTES = 4096  # what even the smallest file takes on disk
STALE_S = 3600.0  # a partly written file this old was left by a process that died
PARTIAL = ".part"
_HEADER = struct.Struct("<4sQI")  # magic, bytes of sound, their CRC-32
_MAGIC = b"SAs1"


def key_of(identity: Sequence[str], voice: Voice, pronunciations: Sequence[SpokenAs], text: str) -> str:
    """The cache key of one clause. `identity` is the provider, the server's host, the model and the voice.

    `text` already contains the pronunciations. They are part of the key as well, because a provider may also get them
    in another way.
    """
    parts = [
        list(identity),
        f"{voice.speed:.2f}",
        voice.language,
        SPEAKING_RATE,
        sorted([each.word, each.spoken] for each in pronunciations),
        NORMALISER_VERSION,
        unicodedata.normalize("NFC", text),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


class SpeechCache:
    """The entries of a folder, at most `limit_bytes` in all. Its methods block, so call them in a thread."""

    def __init__(self, folder: Path, limit_bytes: int):
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._written_bytes = limit_bytes  # since the folder was last listed; this value makes the first write list it
        self._writing = threading.Lock()

    def read(self, key: str) -> bytes | None:
        """Returns the sound and marks it as just used. Returns None if there is none; a damaged entry is removed."""
        path = self._folder / key
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        if len(data) >= _HEADER.size:
            magic, size, checksum = _HEADER.unpack_from(data)
            sound = data[_HEADER.size :]
            if magic == _MAGIC and len(sound) == size and zlib.crc32(sound) == checksum:
                return sound
        _remove(path)
        return None

    def write(self, key: str, sound: bytes) -> None:
        """Stores the sound atomically. Never raises; a failure is logged."""
        size = _on_disk(_HEADER.size + len(sound))
        if size > self._limit_bytes // LISTED_EVERY:
            return  # so large an entry would displace many others
        partial = self._folder / f"{key}.{os.getpid()}.{secrets.token_hex(4)}{PARTIAL}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # other users may not read what was said
            partial.write_bytes(_HEADER.pack(_MAGIC, len(sound), zlib.crc32(sound)) + sound)
            partial.replace(self._folder / key)
        except OSError as exc:
            logger.warning("Speech cannot be kept: %s", exc.strerror)
            _remove(partial)
            return
        with self._writing:
            self._written_bytes += size
            if self._written_bytes < self._limit_bytes // LISTED_EVERY:
                return
            self._written_bytes = 0
            self._make_room()

    def clear(self) -> None:
        """Removes all entries, except those that are being written at the same time."""
        try:
            for _used_at, _size, path in list(self._entries()):
                _remove(Path(path))
        except FileNotFoundError:  # nothing was ever kept
            return

    def _make_room(self) -> None:
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        for _used_at, size, path in entries:
            if total <= self._limit_bytes * EMPTIED_TO:
                return
            _remove(Path(path))
            total -= size

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        """Yields when each entry was last used, its size on disk and its path. Removes stale partly written files."""
        with os.scandir(self._folder) as found:
            for entry in found:
                try:
                    state = entry.stat()
                except OSError:  # another process has just removed it
                    continue
                if not entry.name.endswith(PARTIAL):
                    yield state.st_mtime, _on_disk(state.st_size), entry.path
                elif time.time() - state.st_mtime > STALE_S:
                    _remove(Path(entry.path))


def _on_disk(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        logger.warning("A kept sound cannot be removed: %s", exc.strerror)


_caches: dict[tuple[Path, int], SpeechCache] = {}


def speech_cache() -> SpeechCache | None:
    """The cache that the settings describe; None if SPEECH_CACHE_BYTES is 0."""
    if not settings.SPEECH_CACHE_BYTES:
        return None
    place = Path(settings.VAR_DIR) / "speech-cache", settings.SPEECH_CACHE_BYTES
    return _caches.setdefault(place, SpeechCache(*place))

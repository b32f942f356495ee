"""Speech that has been made before, on disk: greetings and fixed phrases are prepared, repeated clauses come back at
once. Several processes may share the folder. A cache only: whatever is wrong with it, speech is made anew.
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

MAX_CHARS = 200  # of a clause worth keeping: longer ones do not come twice
LISTED_EVERY = 16  # the folder is listed after each sixteenth of the limit that this process has written,
EMPTIED_TO = 0.85  # and the longest unused go until this share is left: one process so stays below the limit
BLOCK_BYTES = 4096  # what the smallest file takes on a disk
STALE_S = 3600.0  # a part-written file this old was left by a process that died
PARTIAL = ".part"
_HEADER = struct.Struct("<4sQI")  # magic, bytes of sound, their CRC-32
_MAGIC = b"SAs1"


def key_of(identity: Sequence[str], voice: Voice, pronunciations: Sequence[SpokenAs], text: str) -> str:
    """The name of one clause's sound. `identity` is provider, server's host, model and voice.

    `text` is what is said, so pronunciations are in it already; they count all the same, since a provider may be told
    of them in another way.
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
    """The folder's entries, at most `limit_bytes` in all. Its methods block: they are for threads."""

    def __init__(self, folder: Path, limit_bytes: int):
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._written_bytes = limit_bytes  # since the folder was last listed: it is listed at the first write
        self._writing = threading.Lock()

    def read(self, key: str) -> bytes | None:
        """The sound, and it counts as just used; None when there is none or it is damaged, and then it is gone."""
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
        """Keeps the sound: whole or not at all, whoever else reads or writes it. No error comes out of it."""
        size = _on_disk(_HEADER.size + len(sound))
        if size > self._limit_bytes // LISTED_EVERY:
            return  # one entry that would push out many
        partial = self._folder / f"{key}.{os.getpid()}.{secrets.token_hex(4)}{PARTIAL}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what was said is nobody else's
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
        """Forget everything; what is being written just now may stay."""
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
        """When each was last used, its size and path. What a dead process left half-written is removed."""
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
    """The cache of the settings, None when SPEECH_CACHE_BYTES is 0."""
    if not settings.SPEECH_CACHE_BYTES:
        return None
    place = Path(settings.VAR_DIR) / "speech-cache", settings.SPEECH_CACHE_BYTES
    return _caches.setdefault(place, SpeechCache(*place))

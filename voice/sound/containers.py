"""Decides what a decoder may see of an uploaded file. Nothing here decodes.

FFmpeg believes what a header claims. Measured with its release 8.1: an MP4 of 708 bytes that claims 80 million samples
takes 2.8 GB; a tag of 250 kB (ID3 `PRIV`, compressed) before an MP3 or inside a WAV takes 3 GB and 20 s. So tags are
left out, claims are counted first, and a budget of processor time ends whatever else there is.
"""

from __future__ import annotations

import io
import re
import struct
import time
from collections.abc import Iterator
from typing import BinaryIO

MAX_MP4_SAMPLES = 1_000_000  # each costs FFmpeg about 35 bytes; in AAC it is five hours
MAX_BOXES = 10_000  # of an MP4; one that is written as it is recorded has two for a second or less
MAX_TAGS = 8  # before an MP3
MAX_CHUNKS = 64  # before the sound of a WAV
MAX_FORMAT_BYTES = 64  # of a WAV's `fmt `; the extensible form has 40
WINDOW_BYTES = 65_536
UNKNOWN_SIZES = {0, 0xFFFFFFFF}  # what a WAV claims that was written before its length was known

# Sample counts stand 4 or 8 bytes behind these names: ISO/IEC 14496-12, 8.7.3 and 8.8.8.
_CLAIMS = re.compile(rb"(?:stsz|stz2).{8}(.{4})|trun.{4}(.{4})|(cmov|senc|saiz|ID32)", re.DOTALL)
_MAX_CLAIM = 16


class Suspicious(Exception):
    """A file that no recorder writes: it claims more than it contains, or takes too long to read."""


class Window(io.RawIOBase):
    """`prefix` and a part of a file as one file. Reading raises Suspicious when the thread's budget is used up."""

    def __init__(self, file: BinaryIO, start: int, end: int, prefix: bytes = b"", *, budget_s: float):
        self._file, self._start, self._prefix = file, start, prefix
        self.size = len(prefix) + max(0, end - start)
        self._position = 0
        self._until_s = time.thread_time() + budget_s  # processor time: a busy machine makes no file suspicious

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        self.check_budget()
        left = max(0, self.size - self._position)
        size = left if size < 0 else min(size, left)
        found = self._prefix[self._position : self._position + size]
        if len(found) < size:
            self._file.seek(self._start + self._position + len(found) - len(self._prefix))
            found += self._file.read(size - len(found))
        self._position += len(found)
        return found

    def check_budget(self) -> None:
        if time.thread_time() > self._until_s:
            raise Suspicious("it takes too long to read")


def window(file: BinaryIO, name: str, size_bytes: int, *, budget_s: float) -> Window:
    """The part of a file of the kind `name` that the decoder may see; raises Suspicious."""
    if name == "wav":
        head, start, end = _wav_sound(file, size_bytes)
        return Window(file, start, end, head, budget_s=budget_s)
    if name == "mp4":
        _count_mp4_claims(file, size_bytes)
        if once := _without_repeats(file, size_bytes):
            return Window(file, size_bytes, size_bytes, once, budget_s=budget_s)
    start = _behind_tags(file) if name == "mp3" else 0
    return Window(file, start, size_bytes, budget_s=budget_s)


def _behind_tags(file: BinaryIO) -> int:
    """Where an MP3's sound begins after its ID3v2 tags: https://id3.org/id3v2.4.0-structure, 3.1."""
    start = 0
    for _ in range(MAX_TAGS):
        file.seek(start)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            return start
        size = 0
        for seven_bits in head[6:10]:
            size = size << 7 | seven_bits & 0x7F
        start += 10 + size + (10 if head[5] & 0x10 else 0)  # a footer
    raise Suspicious("it has too many tags")


def _wav_sound(file: BinaryIO, size_bytes: int) -> tuple[bytes, int, int]:
    """A header with nothing in it but the format, and where the samples begin and end."""
    position, form = 12, b""
    for _ in range(MAX_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = head[:4], struct.unpack("<I", head[4:])[0]
        position += 8
        if name == b"fmt ":
            form = file.read(min(length, MAX_FORMAT_BYTES))
        elif name == b"data":
            end = size_bytes if length in UNKNOWN_SIZES else min(size_bytes, position + length)
            return _wav_header(form, end - position), position, end
        position += length + length % 2
    raise Suspicious("it has no sound")


def _wav_header(form: bytes, sound_bytes: int) -> bytes:
    form += b"\0" * (len(form) % 2)
    chunks = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", sound_bytes)
    return b"RIFF" + struct.pack("<I", len(chunks) + sound_bytes) + chunks


def _count_mp4_claims(file: BinaryIO, size_bytes: int) -> None:
    """Raises Suspicious for an MP4 that claims too many samples, or hides its claims by compression or encryption."""
    samples = 0
    for start, end in _outside_of_mdat(file, size_bytes):
        for position in range(start, end, WINDOW_BYTES):
            file.seek(position)
            part = file.read(min(WINDOW_BYTES + _MAX_CLAIM, end - position))
            for match in _CLAIMS.finditer(part):
                if match.start() >= WINDOW_BYTES:
                    break  # the next window has it too
                if match[3]:
                    raise Suspicious("it hides its samples")
                samples += struct.unpack(">I", match[1] or match[2])[0]
    if samples > MAX_MP4_SAMPLES:
        raise Suspicious("it claims too many samples")


def _without_repeats(file: BinaryIO, size_bytes: int) -> bytes:
    """The MP4 with each box once that stands there twice in a row; b"" where none does.

    WebKitGTK 2.50 (GNOME Web) writes the last box about its samples twice: FFmpeg takes it for one of more samples.
    """
    kept, last, has_repeats = bytearray(), b"", False
    for _name, start, end in _boxes(file, size_bytes):
        file.seek(start)
        box = file.read(end - start)
        if box == last:
            has_repeats = True
        else:
            kept += box
        last = box
    return bytes(kept) if has_repeats else b""


def _boxes(file: BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each box of an MP4: ISO/IEC 14496-12, 4.2. Raises Suspicious.

    From where no box is any more, all is one without a name.
    """
    position = 0
    for _ in range(MAX_BOXES):
        if position >= size_bytes:
            return
        file.seek(position)
        head = file.read(16)
        length, name = struct.unpack(">I", head[:4])[0] if len(head) >= 8 else 0, head[4:8]
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        elif length == 0 and len(head) >= 8:
            length = size_bytes - position
        if length < 8:
            name, length = b"", size_bytes - position
        yield name, position, min(size_bytes, position + length)
        position += length
    raise Suspicious("it has too many boxes")


def _outside_of_mdat(file: BinaryIO, size_bytes: int) -> Iterator[tuple[int, int]]:
    """The parts of an MP4 that are not coded sound, as start and end; all of it from where no box is any more."""
    begun = 0
    for name, start, end in _boxes(file, size_bytes):
        if name == b"mdat":
            if start > begun:
                yield begun, start
            begun = end
    if begun < size_bytes:
        yield begun, size_bytes

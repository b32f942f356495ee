"""Converts the sound of a server or program (WAV of any rate, or bare samples) to this app's one format."""

from __future__ import annotations

import struct

from voice.errors import SpeechUnavailable
from voice.sound.rates import SPEAKING_RATE

MAX_HEADER = 65_536  # bytes before a WAV file's samples; they may hold a title and the like
MAX_LENGTH = 0x7000_0000  # a stream of unknown length has 0 here, or a number close to 2 or 4 GiB
PCM = 1
EXTENSIBLE = 0xFFFE
_OTHER_FORMATS = (b"ID3", b"OggS", b"fLaC", b"<!", b"<h", b"<H", b'{"', b"\x1aE\xdf\xa3")
_MP3_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


class SampleStream:
    """Takes bytes as they arrive, and returns 16-bit mono samples at SPEAKING_RATE as soon as they are complete.

    Bare samples stay unchanged. Raises SpeechUnavailable for MP3, web pages and anything else that is not samples.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._is_begun = False
        self._frames: _Frames | None = None  # None for bare samples

    def feed(self, data: bytes) -> bytes:
        self._bytes += data
        if not self._is_begun and not self._begin():
            return b""
        ready, self._bytes = self._bytes, b""
        if self._frames is None:
            return ready
        return self._frames.take(ready)

    def finish(self) -> bytes:
        """Returns the bytes of a sound so short that `feed` has not returned any yet."""
        if self._is_begun or self._bytes.startswith(b"RIFF"):
            return b""
        return self._bytes

    def _begin(self) -> bool:
        head = self._bytes[:4]
        if len(head) < 4:
            return False
        if head.startswith(_OTHER_FORMATS) or head.startswith(_MP3_FRAMES):
            raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, "the answer is not PCM sound")
        if head == b"RIFF":
            found = _read_header(self._bytes)
            if found is None:
                return False
            self._frames, start = found
            self._bytes = self._bytes[start:]
        self._is_begun = True
        return True


def _read_header(data: bytes) -> tuple[_Frames, int] | None:
    """Reads a WAV header: its format, and where the samples begin. Returns None while the header is incomplete.

    Raises SpeechUnavailable. A length of 0 or above MAX_LENGTH is ignored: streams do not know theirs.
    """
    at = 12
    frames: _Frames | None = None
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"data" and frames is not None:
            if 0 < size < MAX_LENGTH:
                frames.bytes_left = size
            return frames, at
        if at + size > len(data):
            break
        if name == b"fmt " and size >= 16:
            coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at)
            if coding not in (PCM, EXTENSIBLE) or bits != 16 or channels not in (1, 2) or not 8000 <= rate <= 96_000:
                raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, "a WAV of another kind than 16-bit PCM")
            frames = _Frames(rate, channels)
        at += size + size % 2
    if len(data) > MAX_HEADER:
        raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, "a WAV header without end")
    return None


class _Frames:
    """Converts samples to mono at SPEAKING_RATE by linear interpolation, which is good enough for speech."""

    def __init__(self, rate: int, channels: int):
        self._rate = rate
        self._channels = channels
        self._rest = b""  # the bytes of an incomplete frame
        # Samples so far, each at its rate; counted, so that rounding errors do not add up.
        self._taken = self._given = 0
        self._last = 0.0
        self.bytes_left: int | None = None  # of samples; what follows them in a WAV file is not sound

    def take(self, data: bytes) -> bytes:
        import numpy as np  # not at the top: the import takes 0.1 s, and bare samples do not need it

        if self.bytes_left is not None:
            data = data[: self.bytes_left]
            self.bytes_left -= len(data)
        data = self._rest + data
        whole = len(data) - len(data) % (2 * self._channels)
        self._rest = data[whole:]
        samples = np.frombuffer(data[:whole], "<i2").reshape(-1, self._channels).mean(axis=1)
        if not len(samples):
            return b""
        if self._rate == SPEAKING_RATE:
            return samples.astype("<i2").tobytes()
        first = self._taken - 1  # the position of `_last`, the last sample of the call before
        self._taken += len(samples)
        end = (self._taken - 1) * SPEAKING_RATE // self._rate + 1
        wanted = np.arange(self._given, end) * (self._rate / SPEAKING_RATE)
        known = np.concatenate([[self._last], samples])
        self._given, self._last = end, float(samples[-1])
        return np.interp(wanted - first, np.arange(len(known)), known).round().astype("<i2").tobytes()

"""The file types of recordings, and how they are recognised by their first bytes."""

from __future__ import annotations

from dataclasses import dataclass

SNIFFED_BYTES = 64
TAKEN = "WebM, Ogg, MP4, M4A, MP3, WAV"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A type of file; `name` is also what FFmpeg calls its container."""

    name: str
    content_type: str
    suffix: str


WEBM = FileKind("webm", "audio/webm", ".webm")
OGG = FileKind("ogg", "audio/ogg", ".ogg")
MP4 = FileKind("mp4", "audio/mp4", ".m4a")
MP3 = FileKind("mp3", "audio/mpeg", ".mp3")
WAV = FileKind("wav", "audio/wav", ".wav")
KINDS = (WEBM, OGG, MP4, MP3, WAV)


def kind_of(head: bytes) -> FileKind | None:
    """The type of a file by its first 64 bytes, whatever it is called; None for any other. Never raises."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM
    if head.startswith(b"OggS"):
        return OGG
    if head[4:8] == b"ftyp":  # of any brand: Safari records sound alone under those of video
        return MP4
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return MP3
    return None


def _is_mp3_frame(head: bytes) -> bool:
    """Whether a layer III frame begins here: sync, then a version, a bit rate and a sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in {0, 15} and head[2] >> 2 & 3 != 3

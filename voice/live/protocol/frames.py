"""Reads the frames of clients in `voice.v1`: JSON control frames, and binary frames, which carry sound both ways."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

from django.utils.translation import gettext as _

from conversations.intake.turns import MAX_CHARS, MAX_CLIENT_ID_CHARS
from conversations.socket.frames import MAX_AGENT_CHARS, MAX_SECRET_CHARS, FrameRefused, id_of, line_of, typed_object
from lib.text import clean

VERSION = 1
MAX_UTT = 2**31 - 1
MAX_GEN = 2**16 - 1
MAX_MS = 24 * 3600 * 1000  # longer than any conversation here may last
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_REASONS = ("speech", "button", "key")

# --- sound ----------------------------------------------------------------------------------------------------

HEADER = struct.Struct(">BBHI")  # kind, flags, gen, ms; 8 bytes, so that samples begin at an even offset
MIC_RATE = 16_000  # Hz; all sound is mono, signed 16 bit, little-endian
MIC_FRAME_MS = 32  # 512 samples, the size that the browser's voice activity detection needs
AGENT_RATE = 24_000
AGENT_FRAME_MS = 40  # 25 frames a second: 960 samples, 1,920 bytes
AGENT_FRAME_BYTES = AGENT_RATE * 2 * AGENT_FRAME_MS // 1000
MAX_SOUND_BYTES = MIC_RATE * 2  # one second; a client that was delayed sends many frames, not a longer one


class PacketKind(IntEnum):
    MIC = 1
    AGENT = 2


class Flag(IntFlag):
    NONE = 0
    LAST_OF_CLAUSE = 1
    LAST_OF_TURN = 2


@dataclass(frozen=True, slots=True)
class Packet:
    """A binary frame. `ms` is the time of its first sample, since the microphone opened or within the spoken answer."""

    kind: PacketKind
    flags: Flag
    gen: int
    ms: int
    sound: bytes

    def pack(self) -> bytes:
        return HEADER.pack(self.kind, self.flags, self.gen, self.ms) + self.sound


def unpack(data: bytes) -> Packet:
    """Parses a binary frame. Raises FrameRefused."""
    if len(data) < HEADER.size:
        raise FrameRefused("bad_sound", _("A binary frame begins with a header of 8 bytes."))
    if len(data) - HEADER.size > MAX_SOUND_BYTES:
        limit = {"limit": f"{HEADER.size + MAX_SOUND_BYTES:,}"}
        raise FrameRefused("too_large", _("A frame may have at most %(limit)s bytes.") % limit)
    kind, flags, gen, ms = HEADER.unpack_from(data)
    sound = data[HEADER.size :]
    if kind not in set(PacketKind) or flags & ~int(Flag.LAST_OF_CLAUSE | Flag.LAST_OF_TURN):
        raise FrameRefused("bad_sound", _("This kind of binary frame is not known here."))
    if len(sound) % 2:
        raise FrameRefused("bad_sound", _("Sound is made of whole 16-bit samples."))
    return Packet(PacketKind(kind), Flag(flags), gen, ms, sound)


# --- words ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: who the client is, which conversation it wants, and what it can do."""

    token: str | None = None
    key: str | None = None
    session_id: uuid.UUID | None = None
    agent: str | None = None
    visitor: str | None = None  # the token of a visitor in an embedded page, whose cookie may be blocked
    language: str = ""  # ISO 639, "" to let the transcription detect it
    wants_greeting: bool = False
    wants_metrics: bool = False


@dataclass(frozen=True, slots=True)
class SpeechStart:
    """`client_id` identifies the utterance across connections: if it is sent again, it is the same turn."""

    utt: int
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class SpeechSoftEnd:
    """A short silence that may be the end of the utterance."""

    utt: int


@dataclass(frozen=True, slots=True)
class SpeechResume:
    """The silence was not the end."""

    utt: int


@dataclass(frozen=True, slots=True)
class SpeechEnd:
    utt: int


@dataclass(frozen=True, slots=True)
class SpeechCancel:
    """The utterance was not speech."""

    utt: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The client has stopped playing the answer after `played_ms`."""

    gen: int
    played_ms: int
    reason: str = "speech"


@dataclass(frozen=True, slots=True)
class Playback:
    """How much of the answer the client has played so far."""

    gen: int
    played_ms: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed turn. If the same client id comes again, it is the same turn."""

    text: str
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    pass


@dataclass(frozen=True, slots=True)
class Unmute:
    pass


@dataclass(frozen=True, slots=True)
class VoicePing:
    pass


@dataclass(frozen=True, slots=True)
class Unknown:
    """A frame of an unknown type, perhaps of a later version. It is ignored, and is not an error."""


ClientFrame = (
    Hello
    | SpeechStart
    | SpeechSoftEnd
    | SpeechResume
    | SpeechEnd
    | SpeechCancel
    | Interrupt
    | Playback
    | Typed
    | Mute
    | Unmute
    | VoicePing
    | Unknown
)


def read(text: str) -> ClientFrame:
    """Parses a control frame. Raises FrameRefused."""
    kind, frame = typed_object(text)
    if kind is None:
        raise FrameRefused("invalid", _("Send an object with a “type”."))
    return READERS.get(kind, lambda frame: Unknown())(frame)


def _hello(frame: dict[str, Any]) -> Hello:
    if frame.get("v") is not None and frame["v"] != VERSION:
        raise FrameRefused("version", _("This server speaks version %(version)s.") % {"version": VERSION})
    for name, rate in (("mic_rate", MIC_RATE), ("out_rate", AGENT_RATE)):
        if frame.get(name) is not None and frame[name] != rate:
            raise FrameRefused("invalid", _("%(field)s: must be %(rate)s.") % {"field": name, "rate": rate})
    caps = frame.get("caps")
    if caps is not None and not isinstance(caps, dict):
        raise FrameRefused("invalid", _("%(field)s: must be an object.") % {"field": "caps"})
    return Hello(
        token=line_of(frame, "token", MAX_SECRET_CHARS),
        key=line_of(frame, "key", MAX_SECRET_CHARS),
        session_id=id_of(frame, "session_id") or id_of(frame, "resume_id"),
        agent=line_of(frame, "agent", MAX_AGENT_CHARS),
        visitor=line_of(frame, "visitor", MAX_SECRET_CHARS),
        language=_language(frame),
        wants_greeting=frame.get("greet") is True,
        wants_metrics=bool(caps and caps.get("metrics") is True),
    )


def _interrupt(frame: dict[str, Any]) -> Interrupt:
    reason = frame.get("reason", "speech")
    if not isinstance(reason, str) or reason not in _REASONS:
        raise FrameRefused("invalid", _("reason: must be one of: %(reasons)s.") % {"reasons": ", ".join(_REASONS)})
    return Interrupt(_number(frame, "gen", MAX_GEN), _number(frame, "played_ms", MAX_MS), reason)


def _typed(frame: dict[str, Any]) -> Typed:
    client_id = _client_id(frame)
    text = frame.get("text")
    if not isinstance(text, str) or not clean(text):
        raise FrameRefused("invalid", _("text: must be text that is not blank."), client_id)
    if len(text) > MAX_CHARS:
        detail = _("text: may have at most %(limit)s characters.") % {"limit": f"{MAX_CHARS:,}"}
        raise FrameRefused("invalid", detail, client_id)
    return Typed(clean(text), client_id)


READERS: dict[str, Callable[[dict[str, Any]], ClientFrame]] = {
    "hello": _hello,
    "speech.start": lambda frame: SpeechStart(_utt(frame), _client_id(frame)),
    "speech.soft_end": lambda frame: SpeechSoftEnd(_utt(frame)),
    "speech.resume": lambda frame: SpeechResume(_utt(frame)),
    "speech.end": lambda frame: SpeechEnd(_utt(frame)),
    "speech.cancel": lambda frame: SpeechCancel(_utt(frame)),
    "interrupt": _interrupt,
    "playback": lambda frame: Playback(_number(frame, "gen", MAX_GEN), _number(frame, "played_ms", MAX_MS)),
    "text": _typed,
    "mute": lambda frame: Mute(),
    "unmute": lambda frame: Unmute(),
    "ping": lambda frame: VoicePing(),
}


def _utt(frame: dict[str, Any]) -> int:
    return _number(frame, "utt", MAX_UTT, least=1)


def _number(frame: dict[str, Any], name: str, most: int, least: int = 0) -> int:
    """A number within limits, rounded down, because browsers send fractions of a millisecond. Raises FrameRefused."""
    value = frame.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        limits = {"field": name, "least": least, "most": most}
        raise FrameRefused("invalid", _("%(field)s: must be a number from %(least)s to %(most)s.") % limits)
    return int(value)


def _client_id(frame: dict[str, Any]) -> str:
    client_id = frame.get("client_id", "")
    if not isinstance(client_id, str) or not _is_client_id(client_id):
        raise FrameRefused("invalid", _("client_id: send 1 to 64 ASCII characters, new for each message."))
    return client_id


def _is_client_id(text: str) -> bool:
    return len(text) <= MAX_CLIENT_ID_CHARS and all("!" <= character <= "~" for character in text)


def _language(frame: dict[str, Any]) -> str:
    value = frame.get("lang")
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise FrameRefused("invalid", _("lang: must be a language, as in “de” or “de-AT”."))
    return re.split("[-_]", value)[0].lower()

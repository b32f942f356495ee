"""Parses the frames that a client may send on the JSON socket. A bad frame does not close the socket."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.attachments.keeping import MAX_PER_MESSAGE
from conversations.intake.turns import MAX_CHARS, MAX_CLIENT_ID_CHARS
from lib.rest.json_body import read_json
from lib.rest.problems import Problem
from lib.text import clean

# 10,000 characters outside the basic plane, escaped as JSON writes them at their longest, and the frame around them.
MAX_FRAME_BYTES = 131_072
MAX_SECRET_CHARS = 200
MAX_AGENT_CHARS = 60


CODES = ("not_text", "too_large", "bad_json", "unknown_type", "invalid")


class FrameRefused(Exception):
    """A bad frame; `code` is for programs, `detail` says what to do, `client_id` is a valid one of the frame."""

    def __init__(self, code: str, detail: str, client_id: str = ""):
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.client_id = client_id


@dataclass(frozen=True, slots=True)
class Connect:
    """The first frame: who it is, and the last message they have."""

    token: str | None
    key: str | None
    session_id: uuid.UUID | None
    agent: str | None
    after: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Say:
    """A visitor's message; the same client id again is the same message."""

    client_id: str
    content: str
    attachments: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """End a running answer."""

    message_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Typing:
    """The visitor is writing; told to the person who answers, and not stored."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Answered with a pong."""


Frame = Connect | Say | Stop | Typing | Ping


def read(text: str | None) -> Frame:
    """The frame in a text (None: a binary frame). Raises FrameRefused."""
    if text is None:
        raise FrameRefused("not_text", _("Send JSON as text; this socket takes no binary frames."))
    kind, frame = typed_object(text)
    reader = READERS.get(kind) if kind else None
    if reader is None:
        known = ", ".join(READERS)
        raise FrameRefused(
            "unknown_type", _("Send an object with a “type” that is one of: %(types)s.") % {"types": known}
        )
    return reader(frame)


def typed_object(text: str) -> tuple[str | None, dict[str, Any]]:
    """The JSON object in a text and its “type”, if it has one. Raises FrameRefused."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_FRAME_BYTES:
        limit = f"{MAX_FRAME_BYTES:,}"
        raise FrameRefused("too_large", _("A frame may have at most %(limit)s bytes.") % {"limit": limit})
    try:
        frame = read_json(raw)
    except Problem as problem:
        raise FrameRefused("bad_json", problem.detail) from None
    kind = frame.get("type") if isinstance(frame, dict) else None
    return (kind, frame) if isinstance(kind, str) else (None, {})


def _connect(frame: dict[str, Any]) -> Connect:
    return Connect(
        token=line_of(frame, "token", MAX_SECRET_CHARS),
        key=line_of(frame, "key", MAX_SECRET_CHARS),
        session_id=id_of(frame, "session_id"),
        agent=line_of(frame, "agent", MAX_AGENT_CHARS),
        after=id_of(frame, "after"),
    )


def _say(frame: dict[str, Any]) -> Say:
    client_id = frame.get("client_id")
    if not isinstance(client_id, str) or not _is_client_id(client_id):
        raise FrameRefused("invalid", _("client_id: send 1 to 64 ASCII characters, new for each message."))
    attachments = ids_of(frame, "attachments", MAX_PER_MESSAGE, client_id)
    content = frame.get("content", "" if attachments else None)
    if not isinstance(content, str) or not (clean(content) or attachments):
        raise FrameRefused("invalid", _("content: must be text that is not blank."), client_id)
    if "\x00" in content:
        raise FrameRefused("invalid", _("content: must not hold a null byte."), client_id)
    if len(content) > MAX_CHARS:
        detail = _("content: may have at most %(limit)s characters.") % {"limit": f"{MAX_CHARS:,}"}
        raise FrameRefused("invalid", detail, client_id)
    return Say(client_id, content, attachments)


def _stop(frame: dict[str, Any]) -> Stop:
    message_id = id_of(frame, "message_id")
    if message_id is None:
        raise FrameRefused("invalid", _("message_id: is required."))
    return Stop(message_id)


READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "connect": _connect,
    "message": _say,
    "stop": _stop,
    "typing": lambda frame: Typing(),
    "ping": lambda frame: Ping(),
}


def _is_client_id(text: str) -> bool:
    return 0 < len(text) <= MAX_CLIENT_ID_CHARS and all("!" <= character <= "~" for character in text)


def line_of(frame: dict[str, Any], name: str, most_chars: int) -> str | None:
    """An optional line of text in a frame; raises FrameRefused."""
    value = frame.get(name)
    if value is not None and not (isinstance(value, str) and len(value) <= most_chars and clean(value) == value):
        raise FrameRefused("invalid", _("%(field)s: must be a line of text.") % {"field": name})
    return value


def ids_of(frame: dict[str, Any], name: str, most: int, client_id: str) -> tuple[uuid.UUID, ...]:
    """An optional list of different UUIDs in a frame; raises FrameRefused."""
    values = frame.get(name)
    if values is None:
        return ()
    words = _("%(field)s: must be a list of at most %(limit)s different ids (UUIDs).") % {"field": name, "limit": most}
    try:
        ids = tuple(uuid.UUID(value) for value in values)
    except (ValueError, TypeError, AttributeError):
        raise FrameRefused("invalid", words, client_id) from None
    if not isinstance(values, list) or len(ids) > most or len(set(ids)) < len(ids):
        raise FrameRefused("invalid", words, client_id)
    return ids


def id_of(frame: dict[str, Any], name: str) -> uuid.UUID | None:
    """An optional UUID in a frame; raises FrameRefused."""
    value = frame.get(name)
    if value is None:
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise FrameRefused("invalid", _("%(field)s: must be an id (a UUID).") % {"field": name}) from None

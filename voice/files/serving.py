"""Serves recordings and spoken answers, whole or in parts, to those who may hear them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from access.callers import Caller, require_session
from access.visitors import HEADER
from conversations.models import Message
from lib.database import in_database
from lib.rest.problems import Problem, not_found, problem
from lib.streams import ClosingStream
from voice.files import byte_ranges
from voice.files.byte_ranges import ByteRange
from voice.files.recordings import NAME, RECORDINGS
from voice.sound.kinds import KINDS

PIECE_BYTES = 65_536  # of a file in memory at a time, for each listener
MAX_AGE_S = 3600  # a name's content never changes, but a deleted conversation should not be heard much longer
TYPES = {kind.suffix: kind.content_type for kind in KINDS}


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file of a message, and its conversation."""

    name: str
    session_id: uuid.UUID
    visitor: str

    @property
    def content_type(self) -> str:
        return TYPES[PurePosixPath(self.name).suffix]

    @property
    def etag(self) -> str:
        return f'"{PurePosixPath(self.name).stem}"'


@in_database
def find(name: str) -> SoundFile:
    """The sound with this name; raises 404 if no message has it."""
    if not NAME.fullmatch(name):
        raise missing()
    field = "audio" if name.startswith(f"{RECORDINGS}/") else "tts_audio"
    row = Message.objects.filter(**{field: name}).values_list("session_id", "session__visitor").first()
    if row is None:
        raise missing()
    return SoundFile(name, *row)


def require_listener(caller: Caller, sound: SoundFile) -> None:
    """Raises 403 for a visitor of another conversation."""
    if not (caller.visitor and caller.visitor == sound.visitor):
        require_session(caller, sound.session_id)


async def answer(request: HttpRequest, sound: SoundFile) -> HttpResponseBase:
    """The file or the requested part; raises 404 if it is gone from the storage, or 416."""
    headers = {
        "ETag": sound.etag,
        "Cache-Control": f"private, max-age={MAX_AGE_S}",
        "Accept-Ranges": "bytes",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    try:
        size_bytes = await asyncio.to_thread(default_storage.size, sound.name)
    except OSError:
        raise missing() from None
    response = _response(request, sound, size_bytes, headers)
    patch_vary_headers(response, ["Authorization", "Cookie", HEADER])
    return response


def missing() -> Problem:
    return not_found(_("Recording not found"))


def _response(request: HttpRequest, sound: SoundFile, size_bytes: int, headers: dict[str, str]) -> HttpResponseBase:
    if _is_known(request, sound.etag):
        return HttpResponseNotModified(headers=headers)
    part = _asked(request, sound.etag, size_bytes)
    if part is None:
        return FilePart(sound, ByteRange(0, size_bytes), 200, headers)
    return FilePart(sound, part, 206, {**headers, "Content-Range": part.of(size_bytes)})


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    return etag in known or "*" in known


def _asked(request: HttpRequest, etag: str, size_bytes: int) -> ByteRange | None:
    if request.headers.get("If-Range", etag) != etag:  # of another file, or a date, which this one has none of
        return None
    try:
        return byte_ranges.asked(request.headers.get("Range", ""), size_bytes)
    except byte_ranges.Unsatisfiable:
        detail = _("The range lies beyond the end of the file, which has %(size)s bytes.") % {"size": size_bytes}
        raise problem(416, detail, headers={"Content-Range": f"bytes */{size_bytes}"}) from None


class FilePart(ClosingStream):
    """Some bytes of a stored file, read while they are sent."""

    def __init__(self, sound: SoundFile, part: ByteRange, status: int, headers: dict[str, str]):
        length = {"Content-Length": str(part.size_bytes)}
        body = pieces(sound.name, part)
        super().__init__(body, status=status, content_type=sound.content_type, headers={**headers, **length})


async def pieces(name: str, part: ByteRange) -> AsyncGenerator[bytes, None]:
    """The bytes of a part, read on threads. The file is open only while this runs."""
    file = await asyncio.to_thread(default_storage.open, name)
    try:
        await asyncio.to_thread(file.seek, part.start)
        left = part.size_bytes
        while left and (piece := await asyncio.to_thread(file.read, min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece
    finally:
        file.close()

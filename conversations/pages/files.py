"""Files in the requests of a page: ids of files that its script has uploaded, or the files themselves from a form."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from access.callers import Caller
from agents.models import Agent
from conversations.attachments.keeping import MAX_PER_MESSAGE, AttachmentMissing
from conversations.attachments.making import ACCEPT
from conversations.attachments.refused import AttachmentRefused
from conversations.intake import attaching


@dataclass(frozen=True, slots=True)
class FileField:
    """The limits for the page's own check and the browser's file dialog."""

    accept: str
    most: int
    max_bytes: int


def file_field(agent: Agent) -> FileField | None:
    return FileField(ACCEPT, MAX_PER_MESSAGE, settings.MAX_ATTACHMENT_SIZE) if agent.takes_attachments else None


async def attached(request: HttpRequest, caller: Caller, session_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """The files of a message to a session; raises AttachmentRefused, AttachmentMissing, RateLimited, SessionMissing."""
    stored = [await attaching.attach(caller, session_id, upload) for upload in _uploads(request)]
    return (*_ids(request), *(uuid.UUID(each.id) for each in stored))


async def attached_first(
    request: HttpRequest, caller: Caller, agent: Agent, first_touch: Mapping[str, Any]
) -> tuple[uuid.UUID, tuple[uuid.UUID, ...]] | None:
    """Like `attached`, for a form that begins a conversation; also returns the session that its first file begins."""
    uploads = _uploads(request)
    if not uploads:
        return None
    session_id, first = await attaching.begin(caller, agent, uploads[0], first_touch)
    others = [await attaching.attach(caller, session_id, upload) for upload in uploads[1:]]
    return session_id, tuple(uuid.UUID(each.id) for each in (first, *others))


def _uploads(request: HttpRequest) -> Sequence[UploadedFile]:
    uploads: Sequence[UploadedFile] = request.FILES.getlist("files")
    if len(uploads) > MAX_PER_MESSAGE:
        words = _("At most %(limit)s files go with one message.") % {"limit": MAX_PER_MESSAGE}
        raise AttachmentRefused(words)
    return uploads


def _ids(request: HttpRequest) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(each) for each in request.POST.get("attachments", "")[:1000].split(",") if each]
    except ValueError:
        raise AttachmentMissing from None

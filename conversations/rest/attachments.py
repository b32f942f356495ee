"""The API's operations on attachments. Whoever may read a conversation may see them, a visitor's page by its cookie
too."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.decorators import decorate_view
from ninja.files import UploadedFile
from ninja.responses import Status

from access.callers import Caller, management_or_visitor, management_or_visitor_by_cookie, require_session
from conversations.attachments import keeping, making, serving
from conversations.intake import attaching
from conversations.models import Attachment
from conversations.rest.api import refusals
from conversations.rest.schemas import AttachmentOut
from lib.rest.openapi import also
from lib.rest.problems import Problem, not_found, problem
from lib.uploads import bounded_upload

router = Router(tags=["Conversations"], auth=management_or_visitor)
_may_see = management_or_visitor_by_cookie.may("conversations.view_session")

FILE_ANSWER: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "The whole file: a picture to be shown, a PDF to be saved.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in Attachment.Kind.values},
        }
    }
}


def _too_large(limit_bytes: int) -> Problem:
    refused = making.too_large(limit_bytes)
    return problem(refused.status, str(refused), str(refused))


@router.post(
    "/sessions/{session_id}/attachments",
    response={201: AttachmentOut},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="add_attachment",
    summary="Upload a file for the next message",
    openapi_extra=also(409, 413, 415),
)
@decorate_view(bounded_upload(lambda: settings.MAX_ATTACHMENT_SIZE, _too_large))
async def add_attachment(
    request: HttpRequest,
    session_id: uuid.UUID,
    file: Annotated[UploadedFile, File(description="JPEG, PNG, WebP, GIF or PDF; told by its content.")],
) -> Status[AttachmentOut]:
    """Where the agent takes files. A picture is written anew, without what else its file held, such as the place it was
    taken at. Name the id in `attachments` of a message; a file that no message names is deleted after a day."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    require_session(caller, session_id)
    with refusals():
        attached = await attaching.attach(caller, session_id, file)
    return Status(201, AttachmentOut.of(attached))


@router.delete(
    "/sessions/{session_id}/attachments/{attachment_id}",
    response={204: None},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="delete_attachment",
    summary="Take back a file that was not sent",
)
async def delete_attachment(request: HttpRequest, session_id: uuid.UUID, attachment_id: uuid.UUID) -> Status[None]:
    """One that was sent stays with its message."""
    require_session(request.auth, session_id)  # type: ignore[attr-defined]  # set by ninja
    if not await keeping.discard(session_id, attachment_id):
        raise not_found(_("No such attachment waits to be sent."))
    return Status(204, None)


@router.get(
    "/attachments/{attachment_id}",
    auth=_may_see,
    operation_id="get_attachment",
    summary="See an attachment",
    openapi_extra=FILE_ANSWER,
)
async def get_attachment(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponseBase:
    """For the conversation's visitor, by token or by the page's cookie, and for management. Also by HEAD."""
    attachment = await serving.find(attachment_id)
    serving.require_viewer(request.auth, attachment)  # type: ignore[attr-defined]  # set by ninja
    return await serving.answer(attachment)

"""The requests of the page's script for files: one to be sent with the next message, and one to be removed."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from access import rates
from access.callers import of_visitor
from access.form_tokens import form_token_required
from access.visitors import set_cookie, visitor_of
from conversations.attachments import keeping, making
from conversations.attachments.refused import AttachmentRefused
from conversations.intake import attaching
from conversations.intake.first_touch import first_touch_of
from conversations.messages.events import AttachedFile
from conversations.pages import contexts
from conversations.pages.views import Request, active_agent, own_session, refusals_answered, visitor_of_page
from lib.rest.problems import Problem, problem
from lib.uploads import bounded_upload

View = Callable[..., Awaitable[HttpResponseBase]]


def too_large(limit_bytes: int) -> Problem:
    refused = making.too_large(limit_bytes)
    return problem(refused.status, str(refused), str(refused))


def with_file(view: View) -> Callable[..., Any]:
    """Applies the upload limit from the first byte, before the CSRF check, which would read the body."""

    @wraps(view)
    async def answered(request: Request, **kwargs: Any) -> HttpResponseBase:
        try:
            return await view(request, **kwargs)
        except Problem as error:
            return JsonResponse(error.body(), status=error.status)

    bound = bounded_upload(lambda: settings.MAX_ATTACHMENT_SIZE, too_large)
    return csrf_exempt(bound(form_token_required(refusals_answered(answered))))


@require_POST
@with_file
async def first_attachment(request: Request, slug: str) -> HttpResponseBase:
    """Begin a session with a file for its first message."""
    caller, cookie = visitor_of_page(request)
    agent = await active_agent(slug)
    touch = await first_touch_of(request, agent)
    session_id, file = await attaching.begin(caller, agent, _file(request), touch)
    response = _taken(file)
    contexts.tell_begun(response, slug, session_id)
    if cookie:
        set_cookie(response, cookie, request)
    return response


@require_POST
@with_file
async def attachment(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Keep a file for the next message in a session of the visitor's own."""
    caller = of_visitor(visitor_of(request), rates.address_of(request))
    return _taken(await attaching.attach(caller, session_id, _file(request)))


@require_POST
@refusals_answered
async def remove_attachment(request: Request, session_id: uuid.UUID, attachment_id: uuid.UUID) -> HttpResponseBase:
    """Delete a file that was not sent. It is no error if it is gone already."""
    session = await own_session(visitor_of(request), session_id)
    await keeping.discard(session.pk, attachment_id)
    return HttpResponse(status=204)


def _file(request: HttpRequest) -> Any:
    upload = request.FILES.get("file")
    if upload is None:
        raise AttachmentRefused(_("There is no file in this message. Please attach it again."), 422)
    return upload


def _taken(file: AttachedFile) -> HttpResponse:
    response = HttpResponse(status=204)
    response["X-Attachment-Id"] = file.id
    return response

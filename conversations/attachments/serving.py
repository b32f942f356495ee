"""Serves an attachment to those who may see it, so that no browser treats it as a page of this site."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from access.callers import Caller, require_session
from conversations.models import Attachment
from lib.database import in_database
from lib.rest.problems import Problem, not_found

MAX_AGE_S = 3600  # a file never changes, but it should soon be gone after its conversation is deleted
# Whatever the file holds, it can run nothing, load nothing, and does not count as a page of this site.
POLICY = "default-src 'none'; sandbox"


@in_database
def find(attachment_id: uuid.UUID) -> Attachment:
    """The attachment with its session; raises 404."""
    found = Attachment.objects.select_related("session").defer("text").filter(pk=attachment_id).first()
    if found is None:
        raise missing()
    return found


def require_viewer(caller: Caller, attachment: Attachment) -> None:
    """Raises 403 for a visitor of another conversation."""
    if not (caller.visitor and caller.visitor == attachment.session.visitor):
        require_session(caller, attachment.session_id)


@in_database
def answer(attachment: Attachment) -> HttpResponse:
    """The whole file, which is small; raises 404 when it is gone from the storage."""
    try:
        with attachment.file.open("rb") as file:
            data = file.read()
    except OSError:
        raise missing() from None
    is_picture = attachment.media_type != Attachment.Kind.PDF  # written by us; a PDF is the visitor's
    response = HttpResponse(data, content_type=attachment.media_type)
    disposition = content_disposition_header(as_attachment=not is_picture, filename=attachment.name)
    response["Content-Disposition"] = disposition or "inline"
    response["Cache-Control"] = f"private, max-age={MAX_AGE_S}"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Authorization", "Cookie", "X-Visitor"])
    return response


def missing() -> Problem:
    return not_found(_("Attachment not found"))

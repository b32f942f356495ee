"""Serves uploaded files that anybody may see (logos, avatars), never recordings or documents."""

from __future__ import annotations

import posixpath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

MAX_AGE_S = 86_400  # a new upload has a new name, so a day is safe


@require_safe
def public_media(request: HttpRequest, path: str) -> FileResponse:
    """One file below `public/` of the media storage; 404 for anything else, including path traversal."""
    if posixpath.normpath(path) != path or not path.startswith("public/"):  # `public/../recordings/` for one
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, ValueError):  # Django raises SuspiciousFileOperation, a ValueError's sibling, as 400 by itself
        raise Http404 from None
    response = FileResponse(file)
    response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    return response

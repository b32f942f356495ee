"""Writes a recording to disk as it arrives, and ends the request as soon as it is too large."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lib.rest.problems import Problem
from lib.uploads import BoundedUploadHandler


def bounded_recording(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a view, also with `decorate_view`. Applies before anything reads the body, even the CSRF check."""

    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        limit = BoundedUploadHandler(request, settings.MAX_AUDIO_SIZE, refusal=too_large)
        request.upload_handlers = [limit, TemporaryFileUploadHandler(request)]
        return operation(request, *args, **kwargs)

    return markcoroutinefunction(run) if iscoroutinefunction(operation) else run


def too_large(limit_bytes: int) -> Problem:
    """400 instead of 413, like the other three errors of recordings, which share one title."""
    detail = _("The recording is larger than %(limit)s MB. Please record a shorter one.")
    words = detail % {"limit": f"{limit_bytes / 1_048_576:.3g}"}
    return Problem(400, "Invalid Audio", words, words)

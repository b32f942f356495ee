"""Writes uploads to disk as they arrive, and stops as soon as they are too large."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest

from lib.rest.problems import Problem, too_large


class BoundedUploadHandler(FileUploadHandler):
    """Ends the request when its files together exceed `limit_bytes`; another handler stores them.

    Answers 413, or the problem that `refusal` makes for the limit.
    """

    def __init__(self, request: HttpRequest, limit_bytes: int, refusal: Callable[[int], Problem] = too_large):
        super().__init__(request)
        self._limit_bytes = limit_bytes
        self._refusal = refusal
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > self._limit_bytes:
            raise self._refusal(self._limit_bytes)
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


def bounded_upload(
    limit_bytes: int | Callable[[], int], refusal: Callable[[int], Problem] = too_large
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a view, also with ninja's `decorate_view`. Applies before anything reads the body, even the CSRF check.

    A limit that depends on a setting is a function, called for each request.
    """

    def decorate(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            limit = limit_bytes() if callable(limit_bytes) else limit_bytes
            request.upload_handlers = [
                BoundedUploadHandler(request, limit, refusal),
                TemporaryFileUploadHandler(request),
            ]
            return operation(request, *args, **kwargs)

        return markcoroutinefunction(run) if iscoroutinefunction(operation) else run

    return decorate

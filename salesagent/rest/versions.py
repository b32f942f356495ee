"""Announces in headers that an operation will be removed, and when (docs/api-versions.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from ninja.decorators import decorate_view

Run = Callable[..., Any]


def deprecated(*, since: datetime, sunset: datetime, successor: str = "") -> Callable[[Run], Run]:
    """Decorates an operation that will be removed, below `@router.get(..., deprecated=True)`.

    All its responses, including errors, get `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to the successor.
    """
    if sunset <= since:
        raise ValueError("An operation is announced as deprecated before it goes.")

    def mark(response: HttpResponseBase) -> HttpResponseBase:
        response["Deprecation"] = f"@{int(since.timestamp())}"
        response["Sunset"] = http_date(sunset.timestamp())
        if successor:
            response["Link"] = f'<{successor}>; rel="successor-version"'
        return response

    def decorator(run: Run) -> Run:
        @wraps(run)
        def answered(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return mark(run(*args, **kwargs))

        @wraps(run)
        async def answered_async(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return mark(await run(*args, **kwargs))

        return answered_async if iscoroutinefunction(run) else answered

    return decorate_view(decorator)

"""Django's CSRF check, without it for a frame that sends its visitor's token in a header."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware

from access.visitors import says_who

ADMIN = "/admin/"  # staff are known by their cookie, so the check is needed


class FormTokens(CsrfViewMiddleware):
    """Skips the check for requests with the visitor header: no other site can make a browser send that header."""

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> Any:
        if says_who(request) and not request.path_info.startswith(ADMIN):
            return None
        return super().process_view(request, callback, args, kwargs)


form_token_required = decorator_from_middleware(FormTokens)  # for a view that is exempt from the middleware's check

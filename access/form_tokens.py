"""Django's check of forms, as our pages need it: a frame that names its visitor in a header needs none."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware

from access.visitors import says_who

ADMIN = "/admin/"  # where staff's own cookie decides


class FormTokens(CsrfViewMiddleware):
    """No other site can make a browser send the header that a frame names its visitor by, so nobody is tricked."""

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> Any:
        if says_who(request) and not request.path_info.startswith(ADMIN):
            return None
        return super().process_view(request, callback, args, kwargs)


form_token_required = decorator_from_middleware(FormTokens)  # for a view that is exempt from the middleware's check

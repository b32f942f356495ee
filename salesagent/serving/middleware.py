"""A page for when the database is away; and Django's middleware without its threads.

`MiddlewareMixin` sends each `process_request` and `process_response` of an async request to a thread and back, some
twenty hops a request. Here, whatever only reads and writes headers runs on the event loop. A thread is used to store a
session, to show a message of the admin, and to read a form with files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from access.form_tokens import FormTokens
from language import of_site
from lib.web.content_policy import needs_of

log = logging.getLogger(__name__)


class DatabaseAway(MiddlewareMixin):
    """503 with a kind page instead of 500 when the database is busy or restarting."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.warning("%s: the database refused: %s", request.path, type(exception).__name__)
        return HttpResponse(render_to_string("500.html"), status=503, headers={"Retry-After": "5"})


class _OnTheLoop:
    async def __acall__(self: Any, request: HttpRequest) -> HttpResponseBase:
        response = self.process_request(request) if hasattr(self, "process_request") else None
        return self.process_response(request, response or await self.get_response(request))


class Security(_OnTheLoop, SecurityMiddleware):
    """Django's security headers, and the Permissions-Policy."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return super().process_response(request, response)


class Locale(_OnTheLoop, LocaleMiddleware):
    """Activates the language of a visitor's page, as language/of_site.py has it; pages of staff are in English.

    `request.LANGUAGE_CODE` is "" for who asks for none of them. Frames and the API read no cookie: what they say must
    not depend on what was opened elsewhere.
    """

    WITHOUT_COOKIE = ("/api/", "/embed")

    def process_request(self, request: HttpRequest) -> None:
        wanted = settings.LANGUAGE_CODE if request.path.startswith(of_site.STAFF_PATHS) else self._wanted(request)
        translation.activate(wanted or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = wanted

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        patch_vary_headers(response, ["Accept-Language"])
        if request.path.startswith((*of_site.STAFF_PATHS, *self.WITHOUT_COOKIE)):
            return response
        asked = of_site.shipped(request.GET.get(of_site.PARAMETER, ""))
        if asked or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            patch_vary_headers(response, ["Cookie"])
        if asked and asked != request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):  # ends with the browser's window
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, httponly=True, samesite="Lax", secure=secure)
        return response

    def _wanted(self, request: HttpRequest) -> str:
        asked = of_site.shipped(request.GET.get(of_site.PARAMETER, ""))
        asked = asked or of_site.shipped(request.headers.get(of_site.PAGE_HEADER, ""))
        if not asked and not request.path.startswith(self.WITHOUT_COOKIE):
            asked = of_site.shipped(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        return asked or of_site.accepted(request.headers.get("Accept-Language", ""))


class Common(_OnTheLoop, CommonMiddleware):
    pass


class Csrf(_OnTheLoop, FormTokens):
    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        super().__init__(get_response)
        if self.async_mode:
            middleware: Any = self
            middleware.process_view = self._process_view_on_the_loop

    async def _process_view_on_the_loop(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        check = super().process_view
        if request.content_type == "multipart/form-data":  # it may be large
            return await sync_to_async(check, thread_sensitive=True)(request, *view)
        return check(request, *view)


class Sessions(SessionMiddleware):
    async def __acall__(self: Any, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)  # only reads a cookie; the row is loaded when its data is used
        response = await self.get_response(request)
        if request.session.modified or settings.SESSION_SAVE_EVERY_REQUEST:
            return await sync_to_async(self.process_response, thread_sensitive=True)(request, response)
        return self.process_response(request, response)


class Authentication(_OnTheLoop, AuthenticationMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response


class Messages(MessageMiddleware):
    async def __acall__(self: Any, request: Any) -> HttpResponseBase:
        self.process_request(request)
        response = await self.get_response(request)
        messages = request._messages
        if messages.used or messages.added_new:  # stored in a cookie, or in the session if that is too small
            return await sync_to_async(self.process_response, thread_sensitive=True)(request, response)
        return response


class XFrameOptions(_OnTheLoop, XFrameOptionsMiddleware):
    pass


class ContentSecurityPolicy(_OnTheLoop, CSPMiddleware):
    """The site's policy plus the additions of the page (lib/web/content_policy.py)."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if needs := needs_of(request):
            parts.update = {**(parts.update or {}), **needs}
        return parts

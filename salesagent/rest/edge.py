"""Applies to all responses under /api/, whoever made them: errors have one shape, and nothing is cached."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from lib.rest.problems import problem
from salesagent.rest.errors import answer, unexpected

TOKEN_HEADER = "X-Visitor-Token"  # noqa: S105 the name of a header


@sync_and_async_middleware
def ApiEdge(get_response):  # type: ignore[no-untyped-def]
    if not iscoroutinefunction(get_response):

        def plain_middleware(request: HttpRequest) -> HttpResponseBase:
            is_head = _asks_as_get(request)
            response = get_response(request)
            return _finished(request, _without_body(response) if is_head else response)

        return plain_middleware

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        is_head = _asks_as_get(request)
        response = await get_response(request)
        response = _finished(request, _without_body(response) if is_head else response)
        if response.streaming:  # it may last for minutes and does not need this request's connection
            await sync_to_async(close_old_connections)()
        return response

    return markcoroutinefunction(middleware)


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not is_api(request.path_info):
        return response
    if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/json"):
        response = _in_shape(response)
    if token := getattr(request, "renewed_token", None):
        response[TOKEN_HEADER] = token
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _asks_as_get(request: HttpRequest) -> bool:
    """Whether a HEAD has been made the GET that it asks about."""
    if request.method != "HEAD" or not is_api(request.path_info):
        return False
    request.method = request.META["REQUEST_METHOD"] = "GET"
    if request.META.pop("HTTP_RANGE", None):  # parts can be asked of a GET alone: RFC 9110, section 14.2
        request.__dict__.pop("headers", None)  # they are made of META on first use, and kept
    return True


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Its status and headers alone; a stream does not begin."""
    if isinstance(response, HttpResponse):
        length = len(response.content)
        response.content = b""
        response.headers["Content-Length"] = str(length)
        return response
    head = HttpResponse(status=response.status_code, headers=dict(response.items()))
    # Files are closed with the response that is sent; Django has no other name for them.
    head._resource_closers += response._resource_closers  # type: ignore[attr-defined]
    return head


def is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def _in_shape(response: HttpResponseBase) -> HttpResponse:
    """Give a text or HTML error of Django or ninja the shape of the API."""
    status = response.status_code
    if status >= 500:
        return unexpected(None)  # Django has just logged the cause
    details = {
        400: _("The request cannot be read. Check its host, its headers and its form."),
        403: _("This is not allowed."),
        404: _("There is nothing at this address."),
        405: _("This address does not take %(method)s. See the Allow header for what it takes."),
    }
    detail = details.get(status, _("The request was refused."))
    if status == 405:
        detail = _("This address takes %(methods)s.") % {"methods": response.get("Allow", "")}
    kept = {name: response[name] for name in ("Allow", "Retry-After") if response.has_header(name)}
    return answer(problem(status, detail, headers=kept))

"""The page of what is remembered, for visitors of a frame on another site.

A new tab does not get the frame's cookies, so the frame posts its token into the tab, in the body, which appears in no
log, history or `Referer`. The tab gets a cookie that is valid for half an hour and sent to these addresses only. The
browser's visitor on our own pages does not change.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from access import rates
from access.visitors import visitor_of_token
from memory.pages.views import agent_at, decided, deleted, shown

COOKIE = "memory_visitor"
FIELD = "visitor"
VALID = timedelta(minutes=30)  # time to read a page and decide; the browser may be one that several people use
_SALT = "memory.from_frame"


@csrf_exempt  # the frame has no cookie for a form token; what it posts is secret
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """POST: let in the visitor of a frame. GET: show them what is kept; 403 without a valid cookie."""
    agent = agent_at(slug)
    if request.method != "POST":
        visitor = _visitor(request, slug)
        return shown(request, agent, visitor, is_from_frame=True) if visitor else _closed(request, slug)
    visitor = _posted(request)
    try:
        rates.count(rates.PER_ADDRESS, "memory", rates.address_of(request))
        if visitor:
            rates.count(rates.PER_VISITOR, "memory", visitor)
    except rates.RateLimited as error:
        return _closed(request, slug, retry_after_s=error.retry_after_s)
    if not visitor:
        return _closed(request, slug)
    response = redirect("frame_memory", slug)
    response.set_cookie(
        COOKIE,
        signing.dumps([slug, visitor], salt=_SALT),
        max_age=VALID,
        path=reverse("frame_memory", args=[slug]),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Allow or refuse an agent, and those it is offered with, as the visitor of the frame."""
    agent, visitor = agent_at(slug), _visitor(request, slug)
    if not visitor:
        return _closed(request, slug)
    decided(visitor, agent, request.POST.get("choice", ""))
    return redirect("frame_memory", slug)


@require_POST
def forget(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete one summary of the frame's visitor, or all that the page shows."""
    agent, visitor = agent_at(slug), _visitor(request, slug)
    if not visitor:
        return _closed(request, slug)
    deleted(visitor, agent, request.POST.get("session", ""))
    return redirect("frame_memory", slug)


def _posted(request: HttpRequest) -> str:
    """The visitor named by our page in the frame, or "". Another site could only post a token of its own visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ""
    return visitor_of_token(request.POST.get(FIELD, ""))


def _visitor(request: HttpRequest, slug: str) -> str:
    """The visitor who was let in for this agent within the last half hour, or ""."""
    try:
        agent, visitor = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        return ""
    return str(visitor) if agent == slug else ""


def _closed(request: HttpRequest, slug: str, *, retry_after_s: int = 0) -> HttpResponse:
    context = {"agent": agent_at(slug), "is_too_often": bool(retry_after_s)}
    response = render(request, "memory/closed.html", context, status=429 if retry_after_s else 403)
    if retry_after_s:
        response["Retry-After"] = str(retry_after_s)
    return response

"""The visitor's own page of what is remembered of them: allow, refuse, read, delete. Plain forms."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from access.visitors import new_visitor, set_cookie, visitor_of
from agents.models import LandingPage
from memory import making, offering
from memory.models import SessionSummary
from memory.switch import decide, forget_all, is_allowed, question

MAX_SHOWN = 100


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is kept of this browser's visitor, with a button to delete each, and the switch."""
    visitor = visitor_of(request)
    known = SessionSummary.objects.known_to(visitor).kept().select_related("agent", "session")
    context: dict[str, Any] = {
        "landing": LandingPage.objects.first(),
        "is_allowed": is_allowed(visitor) if visitor else None,
        "question": question(),
        "visitor": visitor,
        "memories": known[:MAX_SHOWN],
    }
    return render(request, "memory/page.html", context)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Allow or refuse; from the chat back to it, else to the page."""
    visitor, cookie = visitor_of(request), ""
    if not visitor:
        cookie, visitor = new_visitor(request)
    allowed = request.POST.get("choice") == "allow"
    decide(visitor, allowed)
    if allowed:
        making.owe_newest(visitor)
        offering.offer_newest(visitor)
    response = redirect(_back(request))
    if cookie:
        set_cookie(response, cookie)
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Delete one summary, or all."""
    visitor = visitor_of(request)
    if visitor:
        if wanted := request.POST.get("session", ""):
            SessionSummary.objects.known_to(visitor).filter(session__in=_uuids(wanted)).forget()
        else:
            forget_all(visitor)
    return redirect("memory")


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _back(request: HttpRequest) -> str:
    """Where they were: the page's script changes its address with the first message, which the form does not know."""
    for wanted in (request.headers.get("Referer", ""), request.POST.get("next", "")):
        hosts = {request.get_host()}
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
            return wanted
    return "memory"

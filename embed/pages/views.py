"""What other websites load: the script that they include, and our page in their frame."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from access import rates
from access.visitors import new_visitor, token_of, visitor_of
from agents.hosts import refusal
from agents.models import Agent
from conversations.pages import contexts, offline
from embed import refusals
from embed.hours import hours_of, locale_of
from embed.loader import script

MAX_AGE_S = 300
SELF, ANY = "'self'", "*"


@require_safe
@gzip_page
@cache_control(public=True, max_age=MAX_AGE_S)
@vary_on_headers("Referer", "Accept-Language")
def loader(request: HttpRequest) -> HttpResponse:
    """The launcher, with the looks of the agents that the requesting page may show."""
    page, locale = request.headers.get("Referer", ""), locale_of(request.headers.get("Accept-Language", ""))
    response = HttpResponse(script(page, locale), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@never_cache
@xframe_options_exempt
@gzip_page
@require_safe
def frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The panel of the agent, for a frame on a listed host; `host` in the address is the host's own claim.

    A false claim gains nothing: the browser itself shows the page on listed hosts only.
    """
    agent = Agent.objects.select_related("brand").filter(slug=slug).first()
    host = request.GET.get("host", "")[:300] or request.headers.get("Referer", "")[:300]
    own = f"{request.scheme}://{request.get_host()}"
    if agent is None or refusal(host, agent.hosts, own=own, is_active=agent.is_active):
        return _refused(request, agent if agent and agent.is_active else None, host)
    contexts.speak_for(request, agent)
    response = render(request, "embed/frame.html", _context(request, agent))
    return _for_frames_on(response, SELF, *agent.hosts)


@xframe_options_exempt
@require_safe
def shell(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page without a visitor; browsers keep it for when there is no connection."""
    agent = get_object_or_404(Agent.objects.active().select_related("brand"), slug=slug)
    context = {**offline.context(agent), "new_url": "?new=1"}
    response = offline.kept(render(request, "embed/frame.html", context), agent)
    return _for_frames_on(response, SELF, *agent.hosts)


def _context(request: HttpRequest, agent: Agent) -> dict[str, Any]:
    visitor = visitor_of(request)
    session = None if "new" in request.GET or not visitor else contexts.latest_session(agent, visitor)
    return {
        **contexts.panel(agent, session),
        "visitor_token": token_of(request) if visitor else new_visitor()[0],
        "is_known": bool(visitor),
        "new_url": f"{request.path}?{_with_new(request)}",
        "hours": hours_of(agent, locale_of(request.headers.get("Accept-Language", "")), timezone.now()),
    }


def _with_new(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["new"] = "1"
    return query.urlencode()


def _refused(request: HttpRequest, agent: Agent | None, host: str) -> HttpResponse:
    """A page with a reason instead of the chat, which any site may show. Staff see which site it was."""
    if agent and host:
        with suppress(ValidationError, rates.RateLimited):
            rates.count(rates.PER_VISITOR, "refused host", rates.address_of(request))
            refusals.note(agent, host)
    response = render(request, "embed/refused.html", {"agent": agent}, status=403 if agent else 404)
    return _for_frames_on(response, ANY)


def _for_frames_on(response: HttpResponse, *hosts: str) -> HttpResponse:
    response._csp_replace = {"frame-ancestors": list(hosts)}  # type: ignore[attr-defined]  # read by the middleware
    return response

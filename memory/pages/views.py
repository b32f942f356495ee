"""The visitor's own page of what is remembered of them: agree, refuse, read, delete. Plain forms."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from access.visitors import new_visitor, says_who, set_cookie, token_of, visitor_of
from agents.models import Agent
from conversations.pages.views import Request
from memory import making, offering
from memory.models import SessionSummary, SummaryQuerySet
from memory.switch import decide, forget_all, is_allowed, question

MAX_SHOWN = 100


@never_cache
@require_safe
def page(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """What an agent and those it is offered with keep of the browser's visitor, with buttons to delete and a switch."""
    agent = agent_at(slug) if slug else Agent.objects.default()
    return shown(request, agent, visitor_of(request))


def shown(request: HttpRequest, agent: Agent | None, visitor: str, *, is_from_frame: bool = False) -> HttpResponse:
    """The page for a visitor. For one who came from a frame on another site, its forms have their own addresses."""
    known = _known(visitor, agent).kept().select_related("agent", "session")
    names = ("frame_memory_choose", "frame_memory_forget") if is_from_frame else ("memory_choose", "memory_forget")
    choose_url, forget_url = (reverse(name, args=[agent.slug]) if agent else "" for name in names)
    context: dict[str, Any] = {
        "agent": agent,
        "is_allowed": is_allowed(visitor, agent.brand) if visitor and agent else None,
        "question": question(),
        "visitor": visitor,
        "memories": known[:MAX_SHOWN],
        "is_from_frame": is_from_frame,
        "choose_url": choose_url,
        "forget_url": forget_url,
    }
    return render(request, "memory/page.html", context)


@require_POST
def choose(request: Request, slug: str | None = None) -> HttpResponse:
    """Allow or refuse an agent and those it is offered with, then go back to the chat or the agent's page.

    The script of a chat gets a fragment that replaces the question.
    """
    agent = agent_at(slug) if slug else Agent.objects.default()
    if agent is None:
        raise Http404
    visitor, cookie = visitor_of(request), ""
    if not visitor:
        cookie, visitor = new_visitor(request)
    decided(visitor, agent, request.POST.get("choice", ""))
    if request.htmx:
        token = token_of(request) if says_who(request) else ""
        context = {"agent": agent, "is_on": True, "is_fragment": True, "visitor_token": token}
        response = render(request, "memory/_ask.html", context)
    else:
        response = redirect(_back(request, agent))
    if cookie:
        set_cookie(response, cookie, request)
    return response


@require_POST
def forget(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete one summary, or all that the agent's page shows."""
    visitor, agent = visitor_of(request), agent_at(slug)
    if visitor:
        deleted(visitor, agent, request.POST.get("session", ""))
    return redirect("agent_memory", slug)


def decided(visitor: str, agent: Agent, choice: str) -> None:
    """Store a visitor's choice. If they agree, they are remembered from their newest conversation on."""
    allowed = choice == "allow"
    decide(visitor, agent.brand, allowed)
    if allowed:
        making.owe_newest(visitor, agent.brand)
        offering.offer_newest(visitor, agent.brand)


def deleted(visitor: str, agent: Agent, session: str) -> None:
    """Delete a visitor's summary of one session; without a session, all that the agent's page shows."""
    if session:
        _known(visitor, agent).filter(session__in=_uuids(session)).forget()
    else:
        forget_all(visitor, Agent.objects.offered_by(agent.brand))


def agent_at(slug: str) -> Agent:
    """The agent with its brand; 404 if there is none."""
    return get_object_or_404(Agent.objects.select_related("brand"), slug=slug)


def _known(visitor: str, agent: Agent | None) -> SummaryQuerySet:
    """What the pages of an agent may show of a visitor: only from agents that it is offered with."""
    if agent is None:
        return SessionSummary.objects.none()
    return SessionSummary.objects.known_to(visitor).filter(agent__in=Agent.objects.offered_by(agent.brand))


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _back(request: HttpRequest, agent: Agent) -> str:
    """The page they came from. Its script changes the address with the first message, which the form does not know."""
    for wanted in (request.headers.get("Referer", ""), request.POST.get("next", "")):
        hosts = {request.get_host()}
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
            return wanted
    return reverse("agent_memory", args=[agent.slug])

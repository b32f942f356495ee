"""The contact form of visitors: a dialog in the panel, and a page of its own without script."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access import rates
from access.callers import of_visitor
from access.visitors import set_cookie, visitor_of
from agents.models import Agent
from conversations.intake.first_touch import first_touch_of
from conversations.models import Session
from conversations.pages import contexts
from conversations.pages.views import (
    Request,
    active_agent,
    own_session,
    refusals_answered,
    turn_fragments,
    visitor_of_page,
)
from leads.contact import Contact, ContactInvalid, ContactNotTaken, begin, leave
from leads.promises import selling
from lib.database import in_database

FIELDS = ("name", "email", "phone", "message")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@refusals_answered
async def of_session(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """The form of a conversation: GET shows it, POST leaves the details there."""
    session = await own_session(visitor_of(request), session_id)
    if request.method != "POST":
        return await _page(request, session.agent, session)
    caller = of_visitor(visitor_of(request), rates.address_of(request))
    try:
        turn = await leave(caller, session_id, _contact(request), _client_id(request))
    except (ContactInvalid, ContactNotTaken) as error:
        return await _refused(request, error, session.agent, session)
    if request.htmx:
        return await turn_fragments(request, turn, caller.visitor)
    return _to_conversation(session.agent.slug, turn.question.session_id, turn.newest.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@refusals_answered
async def of_agent(request: Request, slug: str) -> HttpResponseBase:
    """The same before a conversation: leaving details begins it."""
    agent = await active_agent(slug)
    if request.method != "POST":
        return await _page(request, agent, None)
    caller, cookie = visitor_of_page(request)
    try:
        touch = await first_touch_of(request, agent)
        turn = await begin(caller, agent, _contact(request), _client_id(request), touch)
    except (ContactInvalid, ContactNotTaken) as error:
        return await _refused(request, error, agent, None)
    session_id = turn.question.session_id
    if request.htmx:
        response: HttpResponseBase = await turn_fragments(request, turn, caller.visitor)
        contexts.tell_begun(response, slug, session_id)
    else:
        response = _to_conversation(slug, session_id, turn.newest.id)
    if cookie:
        set_cookie(response, cookie, request)
    return response


def _contact(request: HttpRequest) -> Contact:
    given = {name: request.POST.get(name, "") for name in FIELDS}
    return Contact(**given, consent=bool(request.POST.get("consent")))


def _client_id(request: HttpRequest) -> str:
    return request.POST.get("client_id", "")


def _to_conversation(slug: str, session_id: str, message_id: str) -> HttpResponse:
    return redirect(f"{reverse('chat_session', args=[slug, session_id])}#m-{message_id}")


@in_database
def _page(
    request: HttpRequest,
    agent: Agent,
    session: Session | None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = selling(agent.pk)
    if found.promise is None:
        raise Http404
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in FIELDS}
    context = {
        "agent": agent,
        "session": session,
        "contact": found,
        "given": given,
        "consent_given": bool(request.POST.get("consent")),
        "errors": errors or {},
    }
    return render(request, "chat/contact.html", context, status=status)


async def _refused(
    request: Request, error: ContactInvalid | ContactNotTaken, agent: Agent, session: Session | None
) -> HttpResponseBase:
    if isinstance(error, ContactNotTaken):
        detail = _("%(agent)s takes no contact details.") % {"agent": agent.name}
        if not request.htmx:
            raise Http404
        body = {"error": _("Not saved"), "detail": detail, "fallback_message": detail}
        return JsonResponse(body, status=422)
    if request.htmx:
        first = next(iter(error.errors.values()))
        told = {"error": _("Not saved"), "detail": first, "fallback_message": first, "errors": error.errors}
        return JsonResponse(told, status=422)
    return await _page(request, agent, session, errors=error.errors, status=422)

"""The views to which a visitor's page posts to ask for a person, or to stop waiting. Plain forms or htmx."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access import rates
from access.visitors import visitor_of
from conversations.intake import door
from conversations.models import Session
from conversations.pages.fragments import append_fragment
from conversations.pages.views import Request, own_session, refusals_answered
from conversations.speakers import changes
from conversations.speakers.announcing import announce
from conversations.speakers.changes import Change
from inbox.asking import NotOffered, ask


@require_POST
@refusals_answered
async def ask_for_person(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Ask for a person of the team; 404 if none can be asked for."""
    session = await own_session(visitor_of(request), session_id)
    await _count(request)
    try:
        change = await ask(session_id, session.agent_id)
    except NotOffered:
        raise Http404 from None
    announce(change)
    return await _answer(request, session, change)


@require_POST
@refusals_answered
async def go_on(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Stop waiting for a person: the agent answers again, also the messages sent meanwhile."""
    session = await own_session(visitor_of(request), session_id)
    await _count(request)
    change = await changes.cancel(session_id)
    announce(change)
    return await _answer(request, session, change)


async def _count(request: Request) -> None:
    visitor = f"visitor {visitor_of(request)}"
    await door.counted(rates.count_visitor, "person", visitor, rates.address_of(request))


async def _answer(request: Request, session: Session, change: Change) -> HttpResponseBase:
    """The new messages as fragments for htmx, whose page gets the speaker over its socket; else a redirect."""
    if request.htmx:
        return HttpResponse("".join([await append_fragment(message, request=request) for message in change.messages]))
    return redirect("chat_session", session.agent.slug, session.pk)

"""What a visitor's page posts to ask for a person, and to wait for nobody any more. Plain forms, and fragments."""

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
    """Ask for a person of the team."""
    session = await own_session(visitor_of(request), session_id)
    await _count(request)
    try:
        change = await ask(session_id, session.agent_id)
    except NotOffered:
        raise Http404 from None
    announce(change)
    return await _told(request, session, change)


@require_POST
@refusals_answered
async def go_on(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Wait for nobody any more: the agent answers, also what was said meanwhile."""
    session = await own_session(visitor_of(request), session_id)
    await _count(request)
    change = await changes.cancel(session_id)
    announce(change)
    return await _told(request, session, change)


async def _count(request: Request) -> None:
    visitor = f"visitor {visitor_of(request)}"
    await door.counted(rates.count_visitor, "person", visitor, rates.address_of(request))


async def _told(request: Request, session: Session, change: Change) -> HttpResponseBase:
    """The new messages for the page's script, which hears of who answers over its socket; else the page."""
    if request.htmx:
        return HttpResponse("".join([await append_fragment(message, request=request) for message in change.messages]))
    return redirect("chat_session", session.agent.slug, session.pk)

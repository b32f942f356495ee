"""The visitor's pages and their forms. Each works as a plain form, and with fragments for the page's script."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from django.db import Error as DatabaseError
from django.db.models import QuerySet, UUIDField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from access import rates
from access.callers import Caller, of_visitor
from access.visitors import COOKIE, new_visitor, says_who, set_cookie, token_of, visitor_of
from agents.models import Agent
from conversations.deletion import sessions
from conversations.intake import door, turns
from conversations.intake.door import Said
from conversations.intake.first_touch import first_touch_of
from conversations.intake.refusals import EXPECTED, Refusal, refusal_of
from conversations.messages import history, reading
from conversations.messages.events import MessageData
from conversations.models import Session
from conversations.pages import contexts, files
from conversations.pages.fragments import append_fragment, with_changes
from conversations.replies import following
from conversations.replies.runs import runs
from lib import prepared
from lib.database import in_database
from lib.prepared import Given
from lib.rest.problems import TITLES

log = logging.getLogger(__name__)

ANSWER_WAIT_S = 35  # a page without JavaScript waits for its answer: the model's 30 s and a little


class Request(HttpRequest):
    htmx: HtmxDetails


# --- pages ------------------------------------------------------------------------------------------------------


@require_safe
def default_chat(request: HttpRequest) -> HttpResponse:
    """Redirect to the requested agent, or to one that it is offered with; by default to the landing page's agent."""
    slug = request.GET.get("agent", "")[:60].replace("\x00", "")
    if not slug:
        agent = Agent.objects.default()
        return redirect("chat", agent.slug) if agent else _away.sync(request)
    wanted = _agent_at(slug)
    agent = _open_at(wanted) if wanted else None
    return redirect("chat", agent.slug) if agent else _away.sync(request, wanted)


@never_cache
@require_safe
def chat(request: HttpRequest, slug: str, session_id: uuid.UUID | None = None) -> HttpResponse:
    """The full page: a new conversation, or one of the visitor's own."""
    visitor = visitor_of(request)
    session = own_session.sync(visitor, session_id) if session_id else None
    agent = session.agent if session else _agent_at(slug)
    if session and session.agent.slug != slug:
        raise Http404
    draft = request.GET.get("q", "")[: turns.MAX_CHARS]
    if agent is None or not (session or agent.is_active):
        return _away.sync(request, agent, draft)
    contexts.speak_for(request, agent)
    return render(request, "chat/page.html", contexts.chat_page(agent, session, visitor, draft=draft))


@never_cache
@require_safe
def session_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The present conversations of the side bar as a fragment; `current` is the one on the page."""
    agent = get_object_or_404(Agent.objects.select_related("brand"), slug=slug)
    try:
        current = uuid.UUID(request.GET.get("current", ""))
    except ValueError:
        current = None
    groups = contexts.groups(visitor_of(request), agent, current=current)
    return render(request, "chat/_sessions.html", {"groups": groups, "agent": agent})


@never_cache
@require_safe
def csrf_token(request: HttpRequest) -> HttpResponse:
    """A CSRF token for a page that was served without one, with the cookie that identifies a repeated first message."""
    return JsonResponse({"token": get_token(request)})


# --- what a visitor does ----------------------------------------------------------------------------------------


def refusals_answered(
    view: Callable[..., Awaitable[HttpResponseBase]],
) -> Callable[..., Any]:
    """Turn the exceptions of a turn into a response for the page: the API's error shape for scripts, else a page."""

    @wraps(view)
    async def answered(request: Request, **kwargs: Any) -> HttpResponseBase:
        try:
            return await view(request, **kwargs)
        except Http404:
            if not request.htmx or request.method != "POST":
                raise
            return await _error(request, 404, _("Not Found"), _("This conversation is not available any more."))
        except EXPECTED as error:
            if isinstance(error, DatabaseError):
                log.warning("%s: the database refused: %s", request.path, type(error).__name__)
            return await _refused(request, refusal_of(error))

    return answered


@require_POST
@refusals_answered
async def first_message(request: Request, slug: str) -> HttpResponseBase:
    """Begin a session with its first message."""
    caller, cookie = visitor_of_page(request)
    try:
        agent = await active_agent(slug)
    except Http404:
        if request.htmx:
            return await _error(request, 404, _("Not Found"), _("Nobody takes messages here at the moment."))
        agent_off = await Agent.objects.select_related("brand").filter(slug=slug).afirst()
        return await _away(request, agent_off, request.POST.get("content", ""))
    touch = await first_touch_of(request, agent)
    begun = await files.attached_first(request, caller, agent, touch)
    if begun:
        turn = await door.say(caller, begun[0], _said(request, attachments=begun[1]))
    else:
        turn = await door.begin(caller, agent, _said(request, touch))
    session_id = turn.question.session_id
    if request.htmx:
        response: HttpResponseBase = await turn_fragments(request, turn, caller.visitor)
        contexts.tell_begun(response, slug, session_id)
    else:
        response = await _when_answered(reverse("chat_session", args=[slug, session_id]), turn)
    if cookie:
        set_cookie(response, cookie, request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_answered
async def messages(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """POST: say something in a session. GET: earlier messages as a fragment."""
    visitor = visitor_of(request)
    if request.method != "POST":
        return await _earlier(request, visitor, session_id)
    caller = of_visitor(visitor, rates.address_of(request))
    attached = await files.attached(request, caller, session_id)
    turn = await door.say(caller, session_id, _said(request, attachments=attached))
    if request.htmx:
        return await turn_fragments(request, turn, visitor)
    session = await own_session(visitor, session_id)
    return await _when_answered(reverse("chat_session", args=[session.agent.slug, session.pk]), turn)


@require_POST
@refusals_answered
async def stop(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """End the running answer; its text so far stays."""
    session = await own_session(visitor_of(request), session_id)
    await runs().stop(str(session.pk), str(message_id_of(request)))
    return HttpResponse(status=204) if request.htmx else redirect("chat_session", session.agent.slug, session.pk)


@require_POST
@refusals_answered
async def retry(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Have a failed or stopped answer made again."""
    caller = of_visitor(visitor_of(request), rates.address_of(request))
    session = await own_session(caller.visitor, session_id)
    answer = await door.again(caller, session_id, message_id_of(request))
    if request.htmx:
        return HttpResponse(await append_fragment(answer, request=request))
    await following.ended(answer, ANSWER_WAIT_S)
    return _to_answer(reverse("chat_session", args=[session.agent.slug, session.pk]), answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@refusals_answered
async def delete(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """GET asks, and counts what will be deleted; POST deletes the session for good, with its recordings."""
    session = await own_session(visitor_of(request), session_id)
    if request.method != "POST":
        recordings = await sessions.recording_count(session)
        attachments = await sessions.attachment_count(session)
        context = {"session": session, "agent": session.agent, "message_count": session.message_count}
        counts = {"recording_count": recordings, "attachment_count": attachments}
        return await in_database(render)(request, "chat/delete.html", {**context, **counts})
    await sessions.delete(session)
    return redirect("chat", session.agent.slug)


# --- small parts ------------------------------------------------------------------------------------------------


async def _when_answered(url: str, turn: turns.Turn) -> HttpResponse:
    """For a page without script: redirect to the complete answer, or to the question if a person will answer it."""
    if turn.answer:
        await following.ended(turn.answer, ANSWER_WAIT_S)
    return _to_answer(url, turn.newest)


def _to_answer(url: str, answer: MessageData) -> HttpResponse:
    return redirect(f"{url}#m-{answer.id}")


def visitor_of_page(request: HttpRequest) -> tuple[Caller, str]:
    """The visitor who posts from a page, and the value of the cookie to set if they have none yet."""
    visitor, cookie = visitor_of(request), ""
    if not visitor:
        cookie, visitor = new_visitor(request)
    elif says_who(request) and COOKIE not in request.COOKIES:
        cookie = token_of(request)
    return of_visitor(visitor, rates.address_of(request)), cookie


def _said(
    request: HttpRequest, first_touch: dict[str, Any] | None = None, attachments: tuple[uuid.UUID, ...] = ()
) -> Said:
    content, client_id = request.POST.get("content", ""), request.POST.get("client_id", "")
    return Said(content, client_id, first_touch=first_touch, attachments=attachments)


def message_id_of(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("message_id", ""))
    except ValueError:
        raise reading.SessionMissing from None


@in_database
def _away(request: HttpRequest, agent: Agent | None = None, draft: str = "") -> HttpResponse:
    """The page for an agent that takes no messages, with another agent if there is one."""
    context = {"agent": agent, "other": _other(agent) if agent else None, "draft": draft}
    return render(request, "chat/away.html", context, status=404)


def _agent_at(slug: str) -> Agent | None:
    return Agent.objects.select_related("brand").filter(slug=slug).first()


def _open_at(agent: Agent) -> Agent | None:
    return agent if agent.is_active else _other(agent)


def _other(agent: Agent) -> Agent | None:
    """The agent to ask instead: one that is offered together with it, preferably the landing page's."""
    offered = Agent.objects.active().offered_by(agent.brand).exclude(pk=agent.pk)
    return offered.order_by("-is_default", "name").first()


@in_database
def active_agent(slug: str) -> Agent:
    return get_object_or_404(Agent.objects.active().select_related("brand"), slug=slug)


@in_database
def own_session(visitor: str, session_id: uuid.UUID) -> Session:
    return get_object_or_404(Session.objects.for_visitor(visitor).select_related("agent__brand"), pk=session_id)


@in_database
def _earlier(request: HttpRequest, visitor: str, session_id: uuid.UUID) -> HttpResponse:
    session = own_session.sync(visitor, session_id)
    try:
        before = uuid.UUID(request.GET.get("before", ""))
    except ValueError:
        raise Http404 from None
    rows, earlier = history.before(session.pk, before)
    shown = with_changes(rows, reading.changes(session.pk) if session.speaker_number else [])
    context = {"session": session, "messages": shown, "earlier": earlier}
    return render(request, "chat/message/_messages.html", context)


@in_database
def turn_fragments(request: HttpRequest, turn: turns.Turn, visitor: str) -> HttpResponse:
    """Fragments for both messages and for the side bar, in which this conversation is now on top."""
    html = append_fragment.sync(turn.question)
    html += append_fragment.sync(turn.answer, request=request) if turn.answer else ""
    if says_who(request):  # a frame on another site has no side bar
        return HttpResponse(html)
    current = uuid.UUID(turn.question.session_id)
    agent = _agent_of.first(session=current)
    groups = contexts.groups(visitor, agent, current=current) if agent else []
    if not any(row.is_current for _, rows in groups for row in rows):  # deleted in another tab in this very moment
        raise reading.SessionMissing
    context = {"groups": groups, "agent": agent, "is_fragment": True}
    return HttpResponse(html + render_to_string("chat/_sessions.html", context, request))


@prepared.objects(Agent, session=UUIDField())
def _agent_of(session: Given) -> QuerySet[Agent]:
    return Agent.objects.select_related("brand").filter(sessions=session).order_by()


async def _refused(request: Request, refusal: Refusal) -> HttpResponse:
    # The page's script takes 409 for something that passes.
    status = 422 if refusal.status == 409 else refusal.status
    title = _("Message not sent") if status == 422 else TITLES[status]
    response = await _error(request, status, title, refusal.message)
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


async def _error(request: Request, status: int, error: str, detail: str) -> HttpResponse:
    if request.htmx:
        return JsonResponse({"error": error, "detail": detail, "fallback_message": detail}, status=status)
    agent = await _agent_of_page(request)
    context = {"error": error, "detail": detail, "draft": request.POST.get("content", ""), "agent": agent}
    return render(request, "chat/refused.html", context, status=status)


@in_database
def _agent_of_page(request: HttpRequest) -> Agent | None:
    """The agent of the requested page; None if that is unknown or the database is away."""
    names = request.resolver_match.kwargs if request.resolver_match else {}
    try:
        if "slug" in names:
            return _agent_at(names["slug"])
        return Agent.objects.select_related("brand").filter(sessions=names.get("session_id")).first()
    except DatabaseError:
        return None

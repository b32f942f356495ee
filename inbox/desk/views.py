"""The views of the inbox: its page, parts of it as fragments, and actions. All work without JavaScript too."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents.llm.request import Passage
from conversations.intake.turns import TurnRefused
from conversations.messages import history, reading
from conversations.messages.searching import read_since
from conversations.models import Session, SpeakerChange
from conversations.pages.fragments import append_fragment, with_changes
from conversations.pages.views import Request
from conversations.replies.hub import hub
from conversations.speakers import changes
from conversations.speakers.announcing import announce, announce_message
from conversations.speakers.changes import Change, NotTaken, TakenByOther
from inbox.availability import ANSWER
from inbox.desk import conversation, lists, searching
from inbox.models import Closing, Note
from inbox.people import colleague_name, key_of, limit_of, live_texts, person
from knowledge.search import build_index, find, knowledge_version, known_index
from lib.database import in_database, with_fresh_connection
from lib.staff.site import is_from_script, signed_out
from lib.text import clean

MAX_NOTE_CHARS = 5000
MAX_QUERY_CHARS = 300
FOUND_PASSAGES = 5

View = Callable[..., Awaitable[HttpResponseBase]]


def for_staff(view: View) -> Callable[..., Any]:
    """Lets in users who may answer conversations and passes the user to the view. Refusals are answered in words."""

    @wraps(view)
    async def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = await request.auser()
        if not (user.is_active and getattr(user, "is_staff", False)):
            if is_from_script(request):
                return signed_out()
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not await in_database(user.has_perm)(ANSWER):
            raise PermissionDenied
        try:
            return await view(request, user, *args, **kwargs)
        except reading.SessionMissing:
            if request.method == "GET":
                raise Http404 from None
            return await _refused(request, 404, _("This conversation was deleted."))
        except TakenByOther as other:
            return await _refused(request, 409, _taken_by(other.name))
        except NotTaken as other:
            reason = _taken_by(other.name) if other.name else ""
            return await _refused(request, 409, reason or _("Take this conversation over before you write in it."))
        except TurnRefused as refused:
            return await _refused(request, 422, str(refused))

    return allowed


def _taken_by(name: str) -> str:
    return _("%(name)s has this conversation now.") % {"name": lists.as_colleague(name)}


# --- pages and their parts ----------------------------------------------------------------------------------------


@never_cache
@require_safe
@for_staff
async def page(request: Request, user: Any, session_id: uuid.UUID | None = None) -> HttpResponseBase:
    """The whole page: the list, and one conversation if `session_id` is given."""
    return await _page(request, user, session_id)


@never_cache
@require_safe
@for_staff
async def listed(request: Request, user: Any) -> HttpResponseBase:
    """The current list, as a fragment."""
    return await _list(request, user)


@never_cache
@require_safe
@for_staff
async def earlier(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """The messages before the message `before`, as a fragment."""
    return await _earlier(request, session_id)


@never_cache
@require_safe
@for_staff
async def search(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Passages of the agent's knowledge that match some words, as a fragment, for use in an answer."""
    session = await reading.session(session_id)
    query = request.GET.get("q", "")[:MAX_QUERY_CHARS].replace("\x00", "").strip()
    passages = await _passages(session.agent_id, query) if query else ()
    return await in_database(render)(request, "admin/inbox/_passages.html", {"passages": passages, "query": query})


# --- actions ------------------------------------------------------------------------------------------------------


@require_POST
@for_staff
async def take(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Take the conversation over from the agent; with `force`, also from a colleague."""
    change = await _taken(session_id, person(user), is_forced=bool(request.POST.get("force")))
    return await _done(request, session_id, change)


@require_POST
@for_staff
async def release(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Give the conversation back to the agent."""
    return await _done(request, session_id, await changes.release(session_id, key_of(user.pk)))


@require_POST
@for_staff
async def hand_on(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Pass the conversation to a colleague."""
    colleague = await _colleague(request.POST.get("to", ""))
    session = await reading.session(session_id)
    if session.speaker == Session.Speaker.STAFF and session.speaker_key != key_of(user.pk):
        raise TakenByOther(session.speaker_name)
    change = await _taken(session_id, person(colleague), is_forced=True, reason=SpeakerChange.Reason.PASSED)
    return await _done(request, session_id, change)


@require_POST
@for_staff
async def close(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Close the conversation: it is given back to the agent, and the list no longer shows it as open."""
    session = await reading.session(session_id)
    is_mine = session.speaker == Session.Speaker.STAFF and session.speaker_key == key_of(user.pk)
    if is_mine or session.speaker == Session.Speaker.WAITING:
        announce(await changes.release(session_id, key_of(user.pk) if is_mine else None))
    await _closed(session_id, colleague_name(user))
    address = _with_list(request, reverse("inbox"))
    return redirect(address) if not request.htmx else HttpResponse(headers={"HX-Redirect": address})


@require_POST
@for_staff
async def write(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Send a message to the visitor. Sending the same client id again stores no second message."""
    text, client_id = request.POST.get("content", ""), request.POST.get("client_id", "")
    message = await changes.write(session_id, person(user), text, client_id)
    announce_message(message)
    if request.htmx:
        return HttpResponse(await append_fragment(message))
    return _to_session(request, session_id)


@require_POST
@for_staff
async def note(request: Request, user: Any, session_id: uuid.UUID) -> HttpResponseBase:
    """Store a note for colleagues, which the visitor never sees."""
    text = clean(request.POST.get("text", ""))[:MAX_NOTE_CHARS]
    if not text:
        return await _refused(request, 422, _("Write a note first."))
    found = await _noted(session_id, user, text)
    if request.htmx:
        return await in_database(render)(
            request, "admin/inbox/_notes.html", {"notes": found, "session": {"pk": session_id}}
        )
    return _to_session(request, session_id)


# --- small parts --------------------------------------------------------------------------------------------------


async def _taken(session_id: uuid.UUID, who: changes.Person, **more: Any) -> Change:
    agent_id = await reading.agent_of(session_id)
    said = live_texts(hub(), await reading.owed(session_id))
    return await changes.take(session_id, who, await limit_of(agent_id), said=said, **more)


async def _done(request: Request, session_id: uuid.UUID, change: Change) -> HttpResponseBase:
    """Announce the change. The page is updated over its socket, so a script gets an empty answer."""
    announce(change)
    return HttpResponse(status=204) if request.htmx else _to_session(request, session_id)


def _to_session(request: Request, session_id: uuid.UUID) -> HttpResponse:
    return redirect(_with_list(request, reverse("inbox_session", args=[session_id])))


def _with_list(request: Request, address: str) -> str:
    """The address, with the tab, search and place of the list from this request."""
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


async def _refused(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return JsonResponse({"error": detail, "detail": detail, "fallback_message": detail}, status=status)
    return await _refused_page(request, status, detail)


@in_database
def _refused_page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    context = {**admin.site.each_context(request), "detail": detail}
    return render(request, "admin/inbox/refused.html", context, status=status)


@in_database
def _page(request: Request, user: Any, session_id: uuid.UUID | None) -> HttpResponse:
    session = reading.session.sync(session_id) if session_id else None
    context = {
        **admin.site.each_context(request),
        "title": _("Inbox"),
        **_listing(request, user, session_id),
        **(conversation.context(user, session) if session else {}),
    }
    return render(request, "admin/inbox/page.html", context)


@in_database
def _list(request: Request, user: Any) -> HttpResponse:
    return render(request, "admin/inbox/_list.html", _listing(request, user, _id(request.GET.get("open", ""))))


def _listing(request: Request, user: Any, session_id: uuid.UUID | None) -> dict[str, Any]:
    asked = request.GET.get("tab", "")
    query = clean(request.GET.get("q", ""))[: searching.MAX_CHARS]
    after = request.GET.get("after", "")
    counts = lists.counts(user)
    tab: lists.Tab = next((each for each in lists.TABS if each == asked), "waiting" if counts["waiting"] else "all")
    listed = lists.page(user, tab, query, after)
    return {
        "rows": listed.rows,
        "tab": tab,
        "tabs": [(each, label, counts.get(each, 0), _query(each, query)) for each, label in _tab_labels()],
        "counts": counts,
        "open": session_id,
        "searched": query,
        "read_since": read_since() if query else None,
        "is_beginning": not after,
        "list_query": _query(tab, query, after),
        "beginning": _query(tab, query),
        "next": _query(tab, query, listed.next) if listed.next else "",
        "unsearched": _query(tab),
        "everywhere": _query("all", query),
    }


def _query(tab: lists.Tab, query: str = "", after: str = "") -> str:
    """The query string for a state of the list."""
    return urlencode({name: value for name, value in (("tab", tab), ("q", query), ("after", after)) if value})


def _tab_labels() -> tuple[tuple[lists.Tab, str], ...]:
    return ("waiting", _("Waiting")), ("mine", _("Mine")), ("all", _("All"))


@in_database
def _earlier(request: Request, session_id: uuid.UUID) -> HttpResponse:
    session = reading.session.sync(session_id)
    before = _id(request.GET.get("before", ""))
    if before is None:
        raise Http404
    rows, has_earlier = history.before(session.pk, before)
    shown = with_changes(rows, reading.changes(session.pk))
    context = {"session": session, "shown": shown, "earlier": has_earlier}
    return render(request, "admin/inbox/_messages.html", context)


async def _passages(agent_id: uuid.UUID, query: str) -> tuple[Passage, ...]:
    index = known_index(agent_id, await in_database(knowledge_version)(agent_id))
    if index is None:  # built on another thread than those for queries, because it takes longer than any query
        index = await asyncio.to_thread(with_fresh_connection(build_index), agent_id)
    return await asyncio.to_thread(with_fresh_connection(find), index, query, FOUND_PASSAGES)


@in_database
def _colleague(user_id: str) -> Any:
    users = get_user_model().objects.with_perm(ANSWER, backend="django.contrib.auth.backends.ModelBackend")
    found = users.filter(is_active=True, is_staff=True, pk=user_id).first() if user_id.isdigit() else None
    if found is None:
        raise TurnRefused(_("Choose a colleague who may answer conversations."))
    return found


@in_database
def _closed(session_id: uuid.UUID, by: str) -> None:
    session = reading.session.sync(session_id)
    Closing.objects.update_or_create(session=session, defaults={"seq": session.last_seq, "by": by})


@in_database
def _noted(session_id: uuid.UUID, user: Any, text: str) -> list[Note]:
    session = reading.session.sync(session_id)
    name = colleague_name(user)
    Note.objects.create(session=session, author=user, author_name=name, text=text, after_seq=session.last_seq)
    return conversation.notes(session)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

"""Template contexts of the chat page, the floating panel and the landing page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agents.models import Agent
from conversations.intake.turns import MAX_CHARS
from conversations.messages import history, reading
from conversations.messages.events import MessageData
from conversations.models import Message, Session
from conversations.pages.files import file_field
from conversations.pages.fragments import ChangeView, with_changes
from language.markdown import plain
from language.of_site import shipped
from lib import prepared
from lib.prepared import Given
from lib.text import shorten

SIDE_BAR_SESSIONS = 60
LINE_CHARS = 70
LINE_READ = 400  # marks and headings before the words take up some of it


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One conversation in the side bar."""

    id: uuid.UUID
    title: str
    last_line: str
    updated_at: datetime
    url: str
    is_current: bool
    message_count: int


def panel(agent: Agent, session: Session | None, *, draft: str = "", error: str = "") -> dict[str, Any]:
    """The context of `chat/_panel.html`."""
    messages: list[MessageData] = []
    earlier = False
    if session:
        messages, earlier = history.last(session.pk)
    changes = reading.changes(session.pk) if session and session.speaker_number else []
    return {
        "agent": agent,
        "session": session,
        "messages": with_changes(messages, changes),
        "speaker": ChangeView.of(changes[-1]) if changes else None,
        "earlier": earlier,
        "starters": agent.starters,
        "draft": draft,
        "error": error,
        "socket_path": socket_path(session.pk) if session else "",
        "max_chars": MAX_CHARS,
        "files": file_field(agent),
        "worker": reverse("service_worker") if settings.SERVICE_WORKER else "",
    }


def speak_for(request: HttpRequest, agent: Agent) -> None:
    """Give who asks for none of the site's languages, as a search engine, the page in the agent's own."""
    if not request.LANGUAGE_CODE and (language := shipped(getattr(getattr(agent, "voice", None), "language", ""))):
        translation.activate(language)


def chat_page(agent: Agent, session: Session | None, visitor: str, **panel_options: str) -> dict[str, Any]:
    """The context of `chat/page.html`: the panel, and the visitor's conversations beside it."""
    return {
        **panel(agent, session, **panel_options),
        "groups": groups(visitor, agent, current=session.pk if session else None),
        "agents": list(Agent.objects.active().offered_by(agent.brand)),
        "new_url": reverse("chat", args=[agent.slug]),
    }


def latest_session(agent: Agent, visitor: str) -> Session | None:
    """The conversation that the visitor continues."""
    return Session.objects.for_visitor(visitor).begun().filter(agent=agent).order_by("-updated_at").first()


def groups(
    visitor: str, agent: Agent, *, current: uuid.UUID | None = None, at: datetime | None = None
) -> list[tuple[str, list[SessionRow]]]:
    """The visitor's conversations with the agent and those it is offered with: Today, Yesterday, Earlier."""
    today = (at or timezone.now()).date()
    labels = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    grouped: dict[str, list[SessionRow]] = {}
    for row in _rows(visitor, agent):
        shown = _row(*row, current=current)
        label = labels.get(shown.updated_at.date(), _("Earlier"))
        grouped.setdefault(label, []).append(shown)
    return list(grouped.items())


def socket_path(session_id: uuid.UUID | str) -> str:
    return f"/ws/chat/{session_id}/"


def tell_begun(response: HttpResponseBase, slug: str, session_id: uuid.UUID | str) -> None:
    """Tell the page's script the id, address and socket of the session that it has begun."""
    response["X-Session-Id"] = str(session_id)
    response["X-Session-Url"] = reverse("chat_session", args=[slug, session_id])
    response["X-Socket-Path"] = socket_path(session_id)


def _rows(visitor: str, agent: Agent) -> list[Sequence[Any]]:
    if not visitor:  # who holds no session
        return []
    return _own(visitor=visitor, agent=agent.pk)


@prepared.rows(visitor=CharField(), agent=UUIDField())
def _own(visitor: Given, agent: Given) -> QuerySet[Session, Any]:
    """A visitor's sessions with an agent and those it is offered with, with the beginning of their last message."""
    last = Message.objects.filter(session=OuterRef("pk")).exclude(content="").order_by("-seq").values("content")[:1]
    family = Agent.objects.filter(pk=agent).exclude(brand__family="").values("brand__family")
    offered = Q(agent=agent) | Q(agent__brand__family__in=family)  # as AgentQuerySet.offered_by has it
    own = Session.objects.for_visitor(visitor).begun().filter(offered)  # type: ignore[arg-type]  # a value given later
    columns = ("pk", "title", Left(Subquery(last), LINE_READ), "updated_at", "agent__slug", "last_seq")
    return own.order_by("-updated_at").values_list(*columns)[:SIDE_BAR_SESSIONS]


def _row(
    session_id: uuid.UUID,
    title: str,
    last_line: str | None,
    updated_at: datetime,
    slug: str,
    message_count: int,
    *,
    current: uuid.UUID | None,
) -> SessionRow:
    return SessionRow(
        id=session_id,
        title=title or _("New conversation"),
        last_line=shorten(plain(last_line or ""), LINE_CHARS),
        updated_at=updated_at,
        url=reverse("chat_session", args=[slug, session_id]),
        is_current=session_id == current,
        message_count=message_count,
    )

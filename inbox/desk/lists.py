"""Which conversations the inbox lists, and what each row says: who waits longest comes first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from conversations.models import Message, Session
from inbox.models import Closing, Seen
from inbox.people import key_of
from language.markdown import plain
from leads.models import Fact, Lead
from lib.text import shorten

Tab = Literal["waiting", "mine", "all"]
TABS: tuple[Tab, ...] = ("waiting", "mine", "all")
MAX_ROWS = 60
LINE_CHARS, LINE_READ = 90, 400
MAX_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of the list."""

    id: uuid.UUID
    who: str  # the visitor's name, where it is known
    title: str
    agent: str
    speaker: str
    speaker_name: str
    waiting_since: datetime | None
    answer_due_at: datetime | None
    last_line: str
    updated_at: datetime
    is_mine: bool
    is_unread: bool
    is_closed: bool


def rows(user: Any, tab: Tab) -> list[Row]:
    """The newest conversations of a tab, those in which the visitor waits first."""
    found = _ordered(_of_tab(_begun(user), user, tab), tab)
    return [_row(session, user) for session in found[:MAX_ROWS]]


def row(user: Any, session_id: uuid.UUID) -> Row | None:
    found = _begun(user).filter(pk=session_id).first()
    return _row(found, user) if found else None


def counts(user: Any) -> dict[str, int]:
    """How many wait, and how many of one's own the visitor waits in; at most MAX_COUNTED each."""
    sessions = Session.objects.all()
    return {
        "waiting": sessions.filter(speaker=Session.Speaker.WAITING)[:MAX_COUNTED].count(),
        "mine": _owed_to(sessions, user)[:MAX_COUNTED].count(),
    }


def waiting_count() -> int:
    """Visitors who wait for a person, in all."""
    return Session.objects.filter(speaker=Session.Speaker.WAITING).count()


def _owed_to(sessions: QuerySet[Session], user: Any) -> QuerySet[Session]:
    return sessions.filter(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk), answer_due_at__isnull=False)


def _of_tab(sessions: QuerySet[Session], user: Any, tab: Tab) -> QuerySet[Session]:
    if tab == "waiting":
        return sessions.filter(
            Q(speaker=Session.Speaker.WAITING) | Q(pk__in=_owed_to(Session.objects.all(), user).values("pk"))
        )
    if tab == "mine":
        return sessions.filter(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk))
    return sessions


def _ordered(sessions: QuerySet[Session], tab: Tab) -> QuerySet[Session]:
    if tab == "all":
        return sessions.order_by("-updated_at")
    return sessions.order_by(F("waiting_since").asc(nulls_last=True), F("answer_due_at").asc(nulls_last=True), "-pk")


def _begun(user: Any) -> QuerySet[Session]:
    last = Message.objects.filter(session=OuterRef("pk")).exclude(content="").order_by("-seq").values("content")[:1]
    seen = Seen.objects.filter(session=OuterRef("pk"), user=user).values("seq")[:1]
    closed = Closing.objects.filter(session=OuterRef("pk")).values("seq")[:1]
    name = Fact.objects.filter(lead__session=OuterRef("pk"), kind="name", is_current=True, is_declined=False)
    mail = Lead.objects.filter(session=OuterRef("pk")).exclude(email="").values("email")[:1]
    return (
        Session.objects.begun()
        .select_related("agent")
        .annotate(
            last_line=Subquery(last),
            seen_seq=Coalesce(Subquery(seen), Value(0)),
            closed_seq=Coalesce(Subquery(closed), Value(-1)),
            who=Coalesce(Subquery(name.values("value")[:1]), Subquery(mail), Value("")),
        )
        .annotate(
            is_unread=Case(When(seen_seq__lt=F("last_seq"), then=True), default=False, output_field=BooleanField()),
            is_closed=Case(When(closed_seq__gte=F("last_seq"), then=True), default=False, output_field=BooleanField()),
        )
    )


def _row(session: Any, user: Any) -> Row:
    return Row(
        id=session.pk,
        who=session.who,
        title=str(session),
        agent=session.agent.name,
        speaker=session.speaker,
        speaker_name=session.speaker_name,
        waiting_since=session.waiting_since,
        answer_due_at=session.answer_due_at,
        last_line=shorten(plain((session.last_line or "")[:LINE_READ]), LINE_CHARS),
        updated_at=session.updated_at,
        is_mine=session.speaker_key == key_of(user.pk),
        is_unread=session.is_unread,
        is_closed=session.is_closed,
    )

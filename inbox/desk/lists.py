"""Which conversations the inbox lists, and what each row says: who waits longest comes first."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from conversations.models import Message, Session
from inbox.desk.searching import matching
from inbox.models import Closing, Seen
from inbox.people import NAMELESS, key_of
from language.markdown import plain
from leads.models import Fact, Lead
from lib.text import shorten

Tab = Literal["waiting", "mine", "all"]
TABS: tuple[Tab, ...] = ("waiting", "mine", "all")
PAGE = 60  # rows
LINE_CHARS, LINE_READ = 90, 400
MAX_COUNTED = 99
PLACE = re.compile(r"[0-9]-[0-9]{1,16}-[0-9a-f]{32}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row a page begins. It stays right when rows come and go, and when this row itself does."""

    part: int  # of the tab
    at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.part}-{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """None for what is no place: then the list begins at its beginning."""
        if not PLACE.fullmatch(text):
            return None
        part, microseconds, key = text.split("-")
        return cls(int(part), EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=key))


@dataclass(frozen=True, slots=True)
class TabPart:
    """Rows of one kind in a tab, by the time that `field` has."""

    rows: Q
    field: str
    is_newest_first: bool

    def behind(self, place: Place) -> Q:
        beyond = "lt" if self.is_newest_first else "gt"
        later = Q(**{f"{self.field}__{beyond}": place.at})
        same = Q(**{self.field: place.at, f"pk__{beyond}": place.id})
        # said again, since an OR alone uses no index
        return Q(**{f"{self.field}__{beyond}e": place.at}) & (later | same)


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


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some rows of a tab, and the place where the next begin; "" where none do."""

    rows: list[Row]
    next: str


def page(user: Any, tab: Tab, query: str = "", after: str = "") -> ListPage:
    """The first conversations of a tab that `query` finds, or those behind the place `after`."""
    places = _places(user, tab, query, Place.read(after))
    shown = places[:PAGE]
    sessions = {session.pk: session for session in _begun(user).filter(pk__in=[place.id for place in shown])}
    rows = [_row(sessions[place.id], user) for place in shown if place.id in sessions]
    return ListPage(rows, str(shown[-1]) if len(places) > PAGE else "")


def row(user: Any, session_id: uuid.UUID) -> Row | None:
    found = _begun(user).filter(pk=session_id).first()
    return _row(found, user) if found else None


def counts(user: Any) -> dict[str, int]:
    """How many wait, and how many of one's own the visitor waits in; at most MAX_COUNTED each."""
    sessions = Session.objects.with_people()
    return {
        "waiting": sessions.filter(speaker=Session.Speaker.WAITING)[:MAX_COUNTED].count(),
        "mine": _owed_to(sessions, user)[:MAX_COUNTED].count(),
    }


def _owed_to(sessions: QuerySet[Session], user: Any) -> QuerySet[Session]:
    return sessions.filter(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk), answer_due_at__isnull=False)


def _parts(user: Any, tab: Tab) -> tuple[TabPart, ...]:
    """Of what a tab is made, one below the other; each part is a range of an index."""
    mine = Q(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk))
    owed = TabPart(mine & Q(answer_due_at__isnull=False), "answer_due_at", is_newest_first=False)
    if tab == "waiting":
        return TabPart(Q(speaker=Session.Speaker.WAITING), "waiting_since", is_newest_first=False), owed
    if tab == "mine":
        return owed, TabPart(mine & Q(answer_due_at__isnull=True), "updated_at", is_newest_first=True)
    return (TabPart(Q(), "updated_at", is_newest_first=True),)


def _places(user: Any, tab: Tab, query: str, after: Place | None) -> list[Place]:
    """At most one more than a page has."""
    begun = Session.objects.begun() if tab == "all" else Session.objects.begun().with_people()
    sessions = matching(begun, query) if query else begun
    found: list[Place] = []
    for number, part in enumerate(_parts(user, tab)):
        if after is None or number >= after.part:
            rows = sessions.filter(part.rows)
            if after and number == after.part:
                rows = rows.filter(part.behind(after))
            sign = "-" if part.is_newest_first else ""
            ordered = rows.order_by(f"{sign}{part.field}", f"{sign}pk").values_list(part.field, "pk")
            found += [Place(number, at, pk) for at, pk in ordered[: PAGE + 1 - len(found)]]
    return found


def _begun(user: Any) -> QuerySet[Session]:
    said = Message.objects.filter(session=OuterRef("pk")).exclude(content="").order_by("-seq").values("content")
    by_people = said.exclude(role=Message.Role.ASSISTANT)
    # Where a person is to answer, the last line is often the agent's notice that nobody has come yet.
    last = Case(
        When(speaker=Session.Speaker.AGENT, then=Subquery(said[:1])),
        default=Coalesce(Subquery(by_people[:1]), Subquery(said[:1])),
    )
    seen = Seen.objects.filter(session=OuterRef("pk"), user=user).values("seq")[:1]
    closed = Closing.objects.filter(session=OuterRef("pk")).values("seq")[:1]
    name = Fact.objects.filter(lead__session=OuterRef("pk"), kind="name", is_current=True, is_declined=False)
    mail = Lead.objects.filter(session=OuterRef("pk")).exclude(email="").values("email")[:1]
    return (
        Session.objects.begun()
        .select_related("agent")
        .annotate(
            last_line=last,
            seen_seq=Coalesce(Subquery(seen), Value(0)),
            closed_seq=Coalesce(Subquery(closed), Value(-1)),
            who=Coalesce(Subquery(name.values("value")[:1]), Subquery(mail), Value("")),
        )
        .annotate(
            is_unread=Case(When(seen_seq__lt=F("last_seq"), then=True), default=False, output_field=BooleanField()),
            is_closed=Case(When(closed_seq__gte=F("last_seq"), then=True), default=False, output_field=BooleanField()),
        )
    )


def as_colleague(name: str) -> str:
    """The name of who answers, as colleagues read it: a team does not answer, one of them does."""
    return _("A colleague") if name == NAMELESS else name


def _row(session: Any, user: Any) -> Row:
    return Row(
        id=session.pk,
        who=session.who,
        title=str(session),
        agent=session.agent.name,
        speaker=session.speaker,
        speaker_name=as_colleague(session.speaker_name),
        waiting_since=session.waiting_since,
        answer_due_at=session.answer_due_at,
        last_line=shorten(plain((session.last_line or "")[:LINE_READ]), LINE_CHARS),
        updated_at=session.updated_at,
        is_mine=session.speaker_key == key_of(user.pk),
        is_unread=session.is_unread,
        is_closed=session.is_closed,
    )

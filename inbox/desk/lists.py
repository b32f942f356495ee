"""Lists conversations for the inbox. In the tab of waiting visitors, whoever has waited longest comes first."""

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
LINE_CHARS, LINE_READ = 90, 400  # characters of the last message that are shown, and read to make its Markdown plain
MAX_COUNTED = 99  # the tabs show no higher number
PLACE = re.compile(r"[0-9]-[0-9]{1,16}-[0-9a-f]{32}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """The row after which a page of the list begins. It stays valid when rows come and go, even if this row is gone."""

    part: int  # index of the part of the tab
    at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.part}-{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that `str()` wrote; None if the text is no place, and the list then begins with its first row."""
        if not PLACE.fullmatch(text):
            return None
        part, microseconds, key = text.split("-")
        return cls(int(part), EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=key))


@dataclass(frozen=True, slots=True)
class TabPart:
    """Some rows of a tab that are ordered by the time in `field`."""

    rows: Q
    field: str
    is_newest_first: bool

    def behind(self, place: Place) -> Q:
        """The condition for rows after a place."""
        beyond = "lt" if self.is_newest_first else "gt"
        later = Q(**{f"{self.field}__{beyond}": place.at})
        same = Q(**{self.field: place.at, f"pk__{beyond}": place.id})
        # The first condition follows from the second; it is there because the database uses no index for an OR.
        return Q(**{f"{self.field}__{beyond}e": place.at}) & (later | same)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list, for a conversation."""

    id: uuid.UUID
    who: str  # the visitor's name or e-mail address; "" if unknown
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
    """Some rows of a tab, and the place after which the next page begins; "" if there is none."""

    rows: list[Row]
    next: str


def page(user: Any, tab: Tab, query: str = "", after: str = "") -> ListPage:
    """The conversations of a tab that `query` finds: the first PAGE, or those after the place `after`."""
    places = _places(user, tab, query, Place.read(after))
    shown = places[:PAGE]
    sessions = {session.pk: session for session in _begun(user).filter(pk__in=[place.id for place in shown])}
    rows = [_row(sessions[place.id], user) for place in shown if place.id in sessions]
    return ListPage(rows, str(shown[-1]) if len(places) > PAGE else "")


def row(user: Any, session_id: uuid.UUID) -> Row | None:
    """The row of one conversation; None if it is gone or has no message yet."""
    found = _begun(user).filter(pk=session_id).first()
    return _row(found, user) if found else None


def counts(user: Any) -> dict[str, int]:
    """How many visitors wait for a person, and how many for this user's answer; at most MAX_COUNTED each."""
    sessions = Session.objects.with_people()
    return {
        "waiting": sessions.filter(speaker=Session.Speaker.WAITING)[:MAX_COUNTED].count(),
        "mine": _owed_to(sessions, user)[:MAX_COUNTED].count(),
    }


def _owed_to(sessions: QuerySet[Session], user: Any) -> QuerySet[Session]:
    return sessions.filter(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk), answer_due_at__isnull=False)


def _parts(user: Any, tab: Tab) -> tuple[TabPart, ...]:
    """The parts of a tab, from the top down. The database reads each part as a range of an index."""
    mine = Q(speaker=Session.Speaker.STAFF, speaker_key=key_of(user.pk))
    owed = TabPart(mine & Q(answer_due_at__isnull=False), "answer_due_at", is_newest_first=False)
    if tab == "waiting":
        return TabPart(Q(speaker=Session.Speaker.WAITING), "waiting_since", is_newest_first=False), owed
    if tab == "mine":
        return owed, TabPart(mine & Q(answer_due_at__isnull=True), "updated_at", is_newest_first=True)
    return (TabPart(Q(), "updated_at", is_newest_first=True),)


def _places(user: Any, tab: Tab, query: str, after: Place | None) -> list[Place]:
    """The places of a page's rows, and of one more if there is a next page."""
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
    """The sessions that have begun, with all that a row shows to this user."""
    said = Message.objects.filter(session=OuterRef("pk")).exclude(content="").order_by("-seq").values("content")
    by_people = said.exclude(role=Message.Role.ASSISTANT)
    # If a person is to answer, messages of people come first: the last one is often a notice of the agent.
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
    """The name of a speaker for staff: "A colleague" in place of "The team"."""
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

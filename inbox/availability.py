"""Whether a person can be asked for an agent's visitor now, and how long it usually takes until one comes."""

from __future__ import annotations

import statistics
import time
import uuid
import zoneinfo
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from conversations.models import Session, SpeakerChange
from inbox import hours
from inbox.models import HandoverSettings, Presence
from lib import prepared
from lib.prepared import Given

ANSWER = "inbox.answer_session"
KNOWN_S = 5.0  # what staff change counts that soon; a turn needs no query for it meanwhile
MAX_KNOWN = 1000
PRESENT_S = 90  # somebody is there who was seen so long ago at most; the inbox says so every 30 s
WAITS_LOOKED_AT = 20
LEAST_WAITS = 3  # fewer say nothing about the next one


@dataclass(frozen=True, slots=True)
class Availability:
    """How an agent stands with people. Times in seconds."""

    settings: HandoverSettings
    can_answer: bool  # somebody of staff may
    usual_wait_s: int | None
    read_at: float

    @property
    def is_offered(self) -> bool:
        """Whether visitors may ask for a person at all."""
        return self.settings.is_on and self.can_answer

    def is_open(self, at: datetime) -> bool:
        return hours.is_open(hours.parse(self.settings.hours), self._local(at))

    def opens_at(self, at: datetime) -> datetime | None:
        return hours.next_opening(hours.parse(self.settings.hours), self._local(at))

    def coming_shifts(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """From when until when people are there; none where that is always or never."""
        ranges = hours.parse(self.settings.hours) if self.is_offered else ()
        return hours.coming_shifts(ranges, self._local(at))

    def _local(self, at: datetime) -> datetime:
        name = self.settings.time_zone
        return at.astimezone(zoneinfo.ZoneInfo(name) if name else timezone.get_default_timezone())


_known: dict[uuid.UUID, Availability] = {}


def availability(agent_id: uuid.UUID) -> Availability:
    """From memory for five seconds."""
    found = _known.get(agent_id)
    if found is None or time.monotonic() - found.read_at > KNOWN_S:
        found = Availability(settings_of(agent_id), somebody_may_answer(), usual_wait_s(agent_id), time.monotonic())
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[agent_id] = found
    return found


def coming_shifts(agent_id: uuid.UUID, at: datetime) -> list[tuple[datetime, datetime]]:
    """The same for an agent: what `conversations.speakers.hours` tells pages."""
    return availability(agent_id).coming_shifts(at)


def forget() -> None:
    """Read everything anew; for who has just changed it."""
    _known.clear()


def settings_of(agent_id: uuid.UUID) -> HandoverSettings:
    """Those of the agent, or how a new agent has them."""
    return HandoverSettings.objects.filter(agent=agent_id).first() or HandoverSettings(agent_id=agent_id)


def somebody_may_answer() -> bool:
    """Whether an active member of staff may take conversations over."""
    users = get_user_model().objects.with_perm(ANSWER, backend="django.contrib.auth.backends.ModelBackend")
    return bool(users.filter(is_active=True, is_staff=True).exists())


def somebody_is_here(at: datetime) -> bool:
    """Whether a member of staff has the inbox open."""
    return bool(_seen(since=at - timedelta(seconds=PRESENT_S)))


@prepared.rows(since=DateTimeField())
def _seen(since: Given) -> QuerySet[Presence, Any]:
    return Presence.objects.filter(seen_at__gt=since).order_by().values_list("pk")[:1]


def usual_wait_s(agent_id: uuid.UUID) -> int | None:
    """The median of the last waits that ended with a person; None where there were too few."""
    asked = SpeakerChange.objects.filter(
        session=OuterRef("session"), number=OuterRef("number") - 1, speaker=Session.Speaker.WAITING
    )
    came = (
        SpeakerChange.objects.filter(session__agent=agent_id, speaker=Session.Speaker.STAFF)
        .annotate(asked_at=Subquery(asked.values("created_at")[:1]))
        .exclude(asked_at=None)
        .order_by("-created_at")
    )
    waits = came.annotate(wait=F("created_at") - F("asked_at")).values_list("wait", flat=True)[:WAITS_LOOKED_AT]
    found = [wait.total_seconds() for wait in waits]
    return round(statistics.median(found)) if len(found) >= LEAST_WAITS else None

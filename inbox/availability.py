"""Knows whether a person can be asked for in an agent's conversations, and how long it usually takes to get one."""

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
KNOWN_S = 5.0  # how long an Availability is cached: changes by staff take effect after that, and turns need no query
MAX_KNOWN = 1000  # agents in the cache
PRESENT_S = 90  # staff count as present for so long after the inbox last reported them, which it does every 30 s
WAITS_LOOKED_AT = 20  # waits that the median is computed from
LEAST_WAITS = 3  # fewer waits say nothing about the next one


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether, and when, people can join an agent's conversations."""

    settings: HandoverSettings
    can_answer: bool  # whether any member of staff has the permission
    usual_wait_s: int | None
    read_at: float  # by time.monotonic

    @property
    def is_offered(self) -> bool:
        """Whether visitors may ask for a person at all."""
        return self.settings.is_on and self.can_answer

    def is_open(self, at: datetime) -> bool:
        """Whether it is within the opening hours."""
        return hours.is_open(hours.parse(self.settings.hours), self._local(at))

    def opens_at(self, at: datetime) -> datetime | None:
        """When the opening hours begin next, seen from a time outside them; None if there are none set."""
        return hours.next_opening(hours.parse(self.settings.hours), self._local(at))

    def coming_shifts(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The beginning and end of each opening in the next two weeks; empty if people are there always or never."""
        ranges = hours.parse(self.settings.hours) if self.is_offered else ()
        return hours.coming_shifts(ranges, self._local(at))

    def _local(self, at: datetime) -> datetime:
        name = self.settings.time_zone
        return at.astimezone(zoneinfo.ZoneInfo(name) if name else timezone.get_default_timezone())


_known: dict[uuid.UUID, Availability] = {}


def availability(agent_id: uuid.UUID) -> Availability:
    """The availability of an agent's people, cached for KNOWN_S."""
    found = _known.get(agent_id)
    if found is None or time.monotonic() - found.read_at > KNOWN_S:
        found = Availability(settings_of(agent_id), somebody_may_answer(), usual_wait_s(agent_id), time.monotonic())
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[agent_id] = found
    return found


def coming_shifts(agent_id: uuid.UUID, at: datetime) -> list[tuple[datetime, datetime]]:
    """`Availability.coming_shifts` of an agent; registered with `conversations.speakers.hours`."""
    return availability(agent_id).coming_shifts(at)


def forget() -> None:
    """Empty the cache; to be called after a change of settings."""
    _known.clear()


def settings_of(agent_id: uuid.UUID) -> HandoverSettings:
    """The hand-over settings of an agent, or the defaults if it has none."""
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
    """The median of the last waits that ended with a person; None if there were fewer than LEAST_WAITS."""
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

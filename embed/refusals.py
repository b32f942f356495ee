"""Records which websites tried to show an agent that is not listed for them; at most one page of them for staff."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from agents.hosts import host_of
from agents.models import Agent
from embed.models import RefusedHost


def note(agent: Agent, origin: str) -> None:
    """Count one more page of `origin`; the oldest entries are deleted. Raises ValidationError if it is no website."""
    host = host_of(origin)
    known = RefusedHost.objects.filter(agent=agent, host=host)
    if known.update(count=F("count") + 1, last_at=timezone.now()):
        return
    RefusedHost.objects.get_or_create(agent=agent, host=host)
    oldest = RefusedHost.objects.filter(agent=agent).values_list("pk", flat=True)[RefusedHost.MAX_PER_AGENT :]
    RefusedHost.objects.filter(pk__in=list(oldest)).delete()

"""Whether an agent remembers, and whether a visitor lets it; an agent that does not costs its messages no query."""

from __future__ import annotations

import time
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import Agent, AgentQuerySet, Brand
from memory.models import LinkRequest, MemorySettings, SessionSummary, VisitorChoice, VisitorLink

KNOWN_S = 5.0  # what staff change counts that soon

_read: tuple[float, frozenset[uuid.UUID]] | None = None


def remembering() -> frozenset[uuid.UUID]:
    """The agents that are switched on; read anew every five seconds."""
    global _read
    if _read is None or time.monotonic() - _read[0] > KNOWN_S:
        agents = MemorySettings.objects.filter(is_on=True).values_list("agent_id", flat=True)
        _read = time.monotonic(), frozenset(agents)
    return _read[1]


def forget_what_is_known() -> None:
    """For who has just changed a switch."""
    global _read
    _read = None


def is_allowed(visitor: str, brand: Brand) -> bool | None:
    """What they answered the brand's agent, or one that it is offered with; None where they did not answer yet."""
    answers = VisitorChoice.objects.filter(visitor=visitor, circle=brand.circle)
    return answers.values_list("is_allowed", flat=True).first()


def who_allowed(brand: Brand) -> QuerySet[VisitorChoice, str]:
    """The visitors whom the brand's agent may remember, for a query that picks among them."""
    return VisitorChoice.objects.filter(circle=brand.circle, is_allowed=True).values_list("visitor", flat=True)


def question() -> str:
    """What a visitor is asked; kept with the answer."""
    return _(
        "May we keep a short summary of your conversations, so that we know next time what you were looking for?"
        " You can read and delete it whenever you like."
    )


@transaction.atomic
def decide(visitor: str, brand: Brand, allowed: bool) -> None:
    """Store what a visitor answered the brand's agent; it counts for those that it is offered with, and no other.

    Who refuses is forgotten by these at once, also what is being summarised now.
    """
    VisitorChoice.objects.update_or_create(
        visitor=visitor,
        circle=brand.circle,
        defaults={"is_allowed": allowed, "question": question()[:300], "decided_at": timezone.now()},
    )
    if not allowed:
        forget_all(visitor, Agent.objects.offered_by(brand))


@transaction.atomic
def forget_all(visitor: str, agents: AgentQuerySet) -> None:
    """Delete what these agents keep of a visitor and show to them, and their every link, confirmed or asked for."""
    either = Q(visitor=visitor) | Q(earlier=visitor)
    of_these = Q(agent__in=agents)
    # First: one that is being confirmed now is waited for.
    LinkRequest.objects.filter(either, of_these).update(is_over=True)
    SessionSummary.objects.known_to(visitor).filter(of_these).forget()
    VisitorLink.objects.filter(either, of_these).delete()

"""Whether an agent remembers, and whether a visitor agreed. Costs no query for messages of an agent that does not."""

from __future__ import annotations

import time
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import Agent, AgentQuerySet, Brand
from memory.models import LinkRequest, MemorySettings, SessionSummary, VisitorChoice, VisitorLink

KNOWN_S = 5.0  # changes by staff take effect after this

_read: tuple[float, frozenset[uuid.UUID]] | None = None


def remembering() -> frozenset[uuid.UUID]:
    """The agents that remember; read again every five seconds."""
    global _read
    if _read is None or time.monotonic() - _read[0] > KNOWN_S:
        agents = MemorySettings.objects.filter(is_on=True).values_list("agent_id", flat=True)
        _read = time.monotonic(), frozenset(agents)
    return _read[1]


def forget_what_is_known() -> None:
    """Read the switches again, because one was changed."""
    global _read
    _read = None


def is_allowed(visitor: str, brand: Brand) -> bool | None:
    """The visitor's answer to the brand's agent, or to one it is offered with; None if there is none yet."""
    answers = VisitorChoice.objects.filter(visitor=visitor, circle=brand.circle)
    return answers.values_list("is_allowed", flat=True).first()


def who_allowed(brand: Brand) -> QuerySet[VisitorChoice, str]:
    """The visitors whom the brand's agent may remember, as a subquery."""
    return VisitorChoice.objects.filter(circle=brand.circle, is_allowed=True).values_list("visitor", flat=True)


def question() -> str:
    """The question for a visitor, which is stored with the answer."""
    return _(
        "May we keep a short summary of your conversations, so that we know next time what you were looking for?"
        " You can read and delete it whenever you like."
    )


@transaction.atomic
def decide(visitor: str, brand: Brand, allowed: bool) -> None:
    """Store a visitor's answer to the brand's agent. It also counts for those it is offered with, and for no others.

    If they refuse, all of these forget them at once, including what is being summarised now.
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
    """Delete the summaries of a visitor at these agents, and all their links, confirmed or requested."""
    either = Q(visitor=visitor) | Q(earlier=visitor)
    of_these = Q(agent__in=agents)
    # First, so that a link that is just being confirmed is waited for.
    LinkRequest.objects.filter(either, of_these).update(is_over=True)
    SessionSummary.objects.known_to(visitor).filter(of_these).forget()
    VisitorLink.objects.filter(either, of_these).delete()

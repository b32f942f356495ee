"""Which agent is on the landing page: one, and how it gets there."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent


@transaction.atomic
def make_room(agent: Agent) -> list[str]:
    """Take every other agent off the landing page so that `agent` can be saved as default; returns their names."""
    list(Agent.objects.select_for_update().order_by("pk").values_list("pk"))  # two people cannot both move it
    others = Agent.objects.filter(is_default=True).exclude(pk=agent.pk)
    names = list(others.values_list("name", flat=True))
    others.update(is_default=False)
    return names


def successor(leaving: Collection[uuid.UUID]) -> tuple[Agent, Agent | None] | None:
    """The agent of the landing page and who is there when those have left; None when it is none of them."""
    present = Agent.objects.default()
    if present is None or present.pk not in leaving:
        return None
    return present, Agent.objects.exclude(pk__in=leaving).default()


def words_before(present: Agent, next_one: Agent | None) -> str:
    """What staff are told before the agent of the landing page leaves it."""
    if next_one is None:
        words = _("%(agent)s is on the landing page, and no other agent is active: the page will have no chat.")
        return words % {"agent": present.name}
    words = _("%(agent)s is on the landing page. %(other)s will take its place there.")
    return words % {"agent": present.name, "other": next_one.name}


def words_after(present: Agent, next_one: Agent | None) -> str:
    """The same when it has left."""
    if next_one is None:
        return _("The landing page has no chat now: no agent is active.")
    return _("%(other)s is on the landing page now, in the place of %(agent)s.") % {
        "agent": present.name,
        "other": next_one.name,
    }

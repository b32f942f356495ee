"""Which agent is on the landing page (at most one), and how that is changed."""

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


def leaving_the_page(leaving: Collection[uuid.UUID]) -> Agent | None:
    """The agent of the landing page, if it is among `leaving`. No other agent replaces it automatically."""
    present = Agent.objects.default()
    return present if present and present.pk in leaving else None


def words_before(present: Agent) -> str:
    """What staff are told before the agent of the landing page is removed from it."""
    words = _("%(agent)s is on the landing page: the page will have no chat until you put another agent there.")
    return words % {"agent": present.name}


def words_after() -> str:
    """What staff are told afterwards."""
    return _(
        "The landing page has no chat now. To put another agent there, tick “On the landing page” in its settings."
    )

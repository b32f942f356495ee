"""Which agent is on the landing page: one, and how it gets there."""

from __future__ import annotations

from django.db import transaction

from agents.models import Agent


@transaction.atomic
def make_room(agent: Agent) -> list[str]:
    """Take every other agent off the landing page so that `agent` can be saved as default; returns their names."""
    list(Agent.objects.select_for_update().order_by("pk").values_list("pk"))  # two people cannot both move it
    others = Agent.objects.filter(is_default=True).exclude(pk=agent.pk)
    names = list(others.values_list("name", flat=True))
    others.update(is_default=False)
    return names

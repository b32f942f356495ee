"""Copies the voice settings of an agent to its duplicate."""

from typing import Any

from django.dispatch import receiver

from agents.models import Agent
from agents.signals import agent_duplicated
from voice.models import AgentVoice, Pronunciation


@receiver(agent_duplicated)
def copy_voice(*, source: Agent, copy: Agent, **_: Any) -> None:
    """Give `copy` the voice settings and the pronunciations of `source`."""
    rows: list[AgentVoice | Pronunciation] = [*AgentVoice.objects.filter(agent=source), *source.pronunciations.all()]
    for row in rows:
        row.pk, row.agent = None, copy
        row.save(force_insert=True)

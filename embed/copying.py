"""Copies an agent's settings for other websites to its duplicate, which gets its own secret and no hosts."""

from typing import Any

from django.dispatch import receiver

from agents.models import Agent
from agents.signals import agent_duplicated
from embed.models import EmbedSettings, new_secret


@receiver(agent_duplicated)
def copy_settings(*, source: Agent, copy: Agent, **_: Any) -> None:
    """Give `copy` the launcher and the greeting of `source`."""
    for row in EmbedSettings.objects.filter(agent=source):
        row.pk, row.agent, row.secret = None, copy, new_secret()
        row.save(force_insert=True)

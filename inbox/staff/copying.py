"""Copies hand-over settings and canned replies when an agent is copied."""

from typing import Any

from django.dispatch import receiver

from agents.models import Agent
from agents.signals import agent_duplicated
from inbox.models import CannedReply, HandoverSettings


@receiver(agent_duplicated)
def copy_settings(*, source: Agent, copy: Agent, **_: Any) -> None:
    """Give `copy` the hand-over settings and canned replies of `source`."""
    rows: list[HandoverSettings | CannedReply] = [
        *HandoverSettings.objects.filter(agent=source),
        *CannedReply.objects.filter(agent=source),
    ]
    for row in rows:
        row.pk, row.agent = None, copy
        row.save(force_insert=True)

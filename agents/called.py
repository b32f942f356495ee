"""Finds the agent that is named on a command line."""

from __future__ import annotations

import uuid

from agents.models import Agent


def agent_called(named: str) -> Agent | None:
    """The agent with this slug or id."""
    if found := Agent.objects.filter(slug=named).first():
        return found
    try:
        return Agent.objects.filter(pk=uuid.UUID(named)).first()
    except ValueError:
        return None

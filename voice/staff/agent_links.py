"""Leads from the top of an agent's page in the admin to its voice, further down."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.staff.agent_links import AgentLink, lead_on


def connect() -> None:
    lead_on(_links)


def _links(request: HttpRequest, agent: Agent) -> Iterator[AgentLink]:
    if any(request.user.has_perm(f"voice.{what}_agentvoice") for what in ("view", "change")):
        yield AgentLink(_("Voice settings"), "#voice-group")  # the rows of VoiceInline, as Django names them

"""A template tag that says whether a person can join an agent's conversations."""

from __future__ import annotations

from django import template

from agents.models import Agent
from inbox.availability import Availability, availability

register = template.Library()


@register.simple_tag
def person_of(agent: Agent) -> Availability | None:
    """The availability of an agent's people; None if visitors cannot ask for a person."""
    found = availability(agent.pk)
    return found if found.is_offered and agent.is_active else None

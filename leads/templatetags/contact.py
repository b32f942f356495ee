"""What a template asks of an agent's contact form."""

from __future__ import annotations

from django import template

from agents.models import Agent
from leads.promises import Selling, selling

register = template.Library()


@register.simple_tag
def contact_of(agent: Agent) -> Selling | None:
    """The agent's form; None where contact details would reach nobody."""
    found = selling(agent.pk)
    return found if found.promise and agent.is_active else None

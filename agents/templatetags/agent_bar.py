"""The bar over every page of an agent's: its name, and its places in one click each; and how a list of one begins."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.exceptions import ValidationError

from agents.models import Agent
from agents.staff.agent_places import may_see_agents, places_of, settings_of

register = template.Library()


@register.inclusion_tag("admin/agents/_agent_bar.html", takes_context=True)
def agent_bar(context: Any, agent: Agent | str | None, current: str = "") -> dict[str, Any]:
    """Draws nothing without an agent, or for a person who may see no agents. `current` names the place one is at."""
    request = context["request"]
    found = _agent(agent) if agent and may_see_agents(request) else None
    if found is None:
        return {}
    return {"agent": found, "home": settings_of(found), "places": places_of(request, found), "current": current}


OF_AGENT = "agent__id__exact"


@register.simple_tag
def whole_list(cl: Any) -> dict[str, Any]:
    """The list without what was searched or filtered: that of the agent whose bar stands over it, or of all agents.

    `shows_less` says whether a person narrowed it, `is_plain` whether it is as the bar opens it: the gaps and conflicts
    of an agent open with what is open (`opens_with` of their pages).
    """
    filters = {name: cl.params[name] for name in cl.get_filters_params()}
    agent = {OF_AGENT: filters.pop(OF_AGENT)} if OF_AGENT in filters else {}
    narrowed = filters.items() - getattr(cl.model_admin, "opens_with", {}).items()
    return {
        "query": f"?{urlencode(agent)}",
        "shows_less": bool(cl.query or filters),
        "is_plain": not (cl.query or narrowed),
    }


def _agent(agent: Agent | str) -> Agent | None:
    if isinstance(agent, Agent):
        return agent
    try:
        return Agent.objects.only("name", "slug", "is_active").filter(pk=agent).first()
    except (ValidationError, ValueError):  # an address that somebody wrote by hand
        return None

"""Template tags for other apps: whether to ask a visitor, and the summaries of sessions."""

from __future__ import annotations

from typing import Any

from django import template

from access.visitors import visitor_of
from agents.models import Agent
from memory.models import SessionSummary
from memory.switch import is_allowed, question, remembering

register = template.Library()


@register.inclusion_tag("memory/_ask.html", takes_context=True)
def memory_ask(context: Any, agent: Agent) -> dict[str, Any]:
    """The question for a visitor who has not answered yet, if the agent remembers; else nothing."""
    request = context.get("request")
    if request is None or agent.pk not in remembering() or not agent.is_active:
        return {}
    visitor = visitor_of(request)
    choice = is_allowed(visitor, agent.brand) if visitor else None
    return {
        "agent": agent,
        "is_on": True,
        "is_asked": choice is None,
        "question": question(),
        "visitor_token": context.get("visitor_token", ""),  # in a frame on another site
        "back": request.get_full_path(),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def somebody_remembers(agent: Agent | None) -> bool:
    """Whether the agent, or one it is offered with, remembers; without an agent, whether any does."""
    on = remembering()
    if agent is None or not on or agent.pk in on:
        return bool(on)
    return Agent.objects.offered_by(agent.brand).filter(pk__in=on).exists()


@register.inclusion_tag("admin/memory/_kept.html")
def memories_of(*session_ids: Any) -> dict[str, Any]:
    """The summaries of these sessions, for staff."""
    return {"memories": SessionSummary.objects.kept().filter(session__in=[pk for pk in session_ids if pk])}

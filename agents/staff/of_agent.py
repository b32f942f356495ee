"""What belongs to an agent is added from the agent's own pages: the form begins with it, and leads back there."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, QueryDict

from agents.models import Agent
from lib.staff.choices import only_chosen


def only_agent() -> Agent | None:
    """The agent that is meant where there is no other."""
    found = list(Agent.objects.all()[:2])
    return found[0] if len(found) == 1 else None


def agent_come_from(request: HttpRequest) -> uuid.UUID | None:
    """The agent whose pages led here: named in the address, or by the list's filter."""
    filters = QueryDict(request.GET.get("_changelist_filters", ""))
    try:
        return uuid.UUID(request.GET.get("agent") or filters.get("agent__id__exact", ""))
    except ValueError:
        return None


class OfAgentAdmin(admin.ModelAdmin):
    """Of a model with a field `agent`."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agent = agent_come_from(request)
        if agent is None and not self.opts.get_field("agent").null:
            only = only_agent()
            agent = only.pk if only else None
        return super().get_changeform_initial_data(request) | ({"agent": agent} if agent else {})

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return only_chosen(field) if db_field.name == "agent" else field

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """Back to the agent's own, not to those of all, where an address named it."""
        kept = super().get_preserved_filters(request)
        agent = agent_come_from(request)
        if kept or agent is None:
            return kept
        return urlencode({"_changelist_filters": f"agent__id__exact={agent}"})

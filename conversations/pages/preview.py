"""The chat page as staff see it beside the form of its agent: a picture to look at, in which nothing is sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agents.models import Agent
from agents.staff.agent_places import may_see_agents
from conversations.pages import contexts


@never_cache
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The empty chat of an agent, also of one that is off; 404 for who may not see agents in the admin."""
    if not (request.user.is_active and request.user.is_staff and may_see_agents(request)):
        raise Http404
    agent = get_object_or_404(Agent.objects.select_related("brand"), slug=slug)
    agent.is_active = True  # as visitors will see it
    return render(request, "chat/preview.html", contexts.chat_page(agent, None, ""))

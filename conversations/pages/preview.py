"""The preview of the chat page for staff beside the form of an agent; nothing can be sent in it."""

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
    """The empty chat of an agent, even if it is off; 404 for those who may not see agents in the admin."""
    if not (request.user.is_active and request.user.is_staff and may_see_agents(request)):
        raise Http404
    agent = get_object_or_404(Agent.objects.select_related("brand"), slug=slug)
    agent.is_active = True  # as visitors will see it
    return render(request, "chat/preview.html", contexts.chat_page(agent, None, ""))

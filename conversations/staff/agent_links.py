"""Shows an agent's sessions on its pages in the admin: how many there are, and in how many it did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_links import AgentCount, AgentLink, count_in_list, lead_on
from agents.staff.agent_places import AgentPlace, add_place
from conversations.models import Reply, Session
from lib.staff.cells import Tone


def connect() -> None:
    """Register the links and counts; called once, when the app is ready."""
    lead_on(_links)
    for name, label, rows, agent, counted, address in (
        ("session_count", gettext_lazy("sessions"), Session.objects.all(), "agent", "pk", _all_url),
        (
            "unanswered_count",
            gettext_lazy("not answered"),
            _refused_replies(),
            "message__session__agent",
            SESSION,
            _unanswered_url,
        ),
    ):
        count_in_list(AgentCount(name, label, _number(rows, agent, counted), address, _may_see))
    number = _number(Session.objects.all(), "agent", "pk")
    add_place(AgentPlace("conversations", gettext_lazy("Conversations"), _all_url, _may_see, 20, number))


SESSION = "message__session"


def _refused_replies() -> QuerySet[Reply]:
    return Reply.objects.filter(certainty=Reply.Certainty.REFUSED)


def _number(rows: QuerySet[Any], agent: str, counted: str) -> Any:
    of_one = rows.filter(**{agent: OuterRef("pk")}).order_by().values(agent)
    return Coalesce(Subquery(of_one.annotate(n=Count(counted, distinct=True)).values("n")), 0)


def _may_see(request: HttpRequest) -> bool:
    page = admin.site._registry.get(Session)
    return page is not None and page.has_view_permission(request)


def _all_url(agent: Agent) -> str:
    return f"{reverse('admin:conversations_session_changelist')}?agent__id__exact={agent.pk}"


def _unanswered_url(agent: Agent) -> str:
    return f"{_all_url(agent)}&answers=unknown"  # the filter of the list of sessions


def _links(request: HttpRequest, agent: Agent) -> Iterator[AgentLink]:
    if not _may_see(request):
        return
    number = agent.sessions.count()
    text = ngettext("%(count)s session", "%(count)s sessions", number) % {"count": number}
    yield AgentLink(_("Conversations"), _all_url(agent), text)
    unanswered = _refused_replies().filter(message__session__agent=agent).values(SESSION).distinct().count()
    if unanswered:
        text = ngettext("in %(count)s session", "in %(count)s sessions", unanswered) % {"count": unanswered}
        yield AgentLink(_("Questions it did not answer"), _unanswered_url(agent), text, Tone.WAITING)

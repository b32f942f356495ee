"""What an agent's pages in the admin say of its leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_links import AgentCount, AgentLink, count_in_list, lead_on
from leads.models import Lead
from leads.staff.unseen import may_see_leads
from lib.staff.cells import Tone


def connect() -> None:
    lead_on(_links)
    count_in_list(AgentCount("lead_count", gettext_lazy("leads"), _number(), _all, may_see))


def may_see(request: HttpRequest) -> bool:
    return may_see_leads(request.user)


def _number() -> Any:
    of_one = Lead.objects.main().filter(agent=OuterRef("pk")).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def _all(agent: Agent) -> str:
    return f"{reverse('admin:leads_lead_changelist')}?agent__id__exact={agent.pk}"


def _links(request: HttpRequest, agent: Agent) -> Iterator[AgentLink]:
    if may_see(request):
        leads = Lead.objects.main().filter(agent=agent)
        number, unseen = leads.count(), leads.unseen().count()
        told = ngettext("%(count)s lead", "%(count)s leads", number) % {"count": number}
        yield AgentLink(_("Leads"), _all(agent), told)
        if unseen:
            told = ngettext("%(count)s is new", "%(count)s are new", unseen) % {"count": unseen}
            yield AgentLink(_("Leads nobody has seen"), f"{_all(agent)}&seen=no", told, Tone.WAITING)
    if any(request.user.has_perm(f"leads.{what}_question") for what in ("view", "change")):
        yield AgentLink(_("Questions and alerts"), "#questions-group")

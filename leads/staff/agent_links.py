"""What the admin's first page and an agent's pages say of leads."""

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
from agents.staff.agent_places import AgentPlace, add_place, settings_of
from leads.models import Lead
from leads.promises import VIEW
from lib.staff import home
from lib.staff.cells import Tone
from lib.staff.charts import Bars
from lib.staff.home import ToDo, permitted
from lib.staff.week import Week

may_see = permitted(VIEW, "leads.change_lead")
may_see_questions = permitted("leads.view_question", "leads.change_question")


def connect() -> None:
    lead_on(_links)
    count_in_list(AgentCount("lead_count", gettext_lazy("leads"), _number(), _all, may_see))
    add_place(AgentPlace("leads", gettext_lazy("Leads"), _all, may_see, 30, _number()))
    add_place(AgentPlace("questions", gettext_lazy("Questions"), _questions, may_see_questions, 40))
    home.add_to_do(ToDo("unseen-leads", _unseen, _told, _unseen_url, may_see, position=20))
    home.add_figures(_figures)


def _unseen(request: HttpRequest) -> int:
    return Lead.objects.unseen().count()


def _told(number: int) -> str:
    words = ngettext("%(count)s new lead nobody has seen", "%(count)s new leads nobody has seen", number)
    return words % {"count": number}


def _unseen_url() -> str:
    return f"{reverse('admin:leads_lead_changelist')}?seen=no"


def _questions(agent: Agent) -> str:
    return f"{settings_of(agent)}#questions-group"


def _figures(request: HttpRequest, week: Week) -> Iterator[Bars]:
    if may_see(request):
        values = week.count(Lead.objects.main(), "created_at")
        url = reverse("admin:leads_lead_changelist")
        yield Bars("leads", _("Leads"), week.days, values, str(sum(values)), _("last 7 days"), url)


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
    if may_see_questions(request):
        yield AgentLink(_("Questions and alerts"), "#questions-group")

"""Links from the admin's pages to an agent's cases, evaluations and gaps."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_places import AgentPlace, add_place
from evaluation.models import Case, Gap
from lib.staff import home
from lib.staff.home import ToDo, permitted

may_see_cases = permitted("evaluation.view_case", "evaluation.change_case")

may_see_evaluations = permitted("evaluation.view_evaluation", "evaluation.change_evaluation")

may_see_gaps = permitted("evaluation.view_gap", "evaluation.change_gap")
OFTEN = 3  # questions that came so often are worth an answer; one that came once may have been a joke


def connect() -> None:
    add_place(AgentPlace("gaps", gettext_lazy("Gaps"), gaps_of, may_see_gaps, 15, _open_gaps()))
    home.add_to_do(ToDo("open-gaps", _often, _told, _often_url, may_see_gaps, position=35))
    add_place(AgentPlace("cases", gettext_lazy("Cases"), cases_of, may_see_cases, 60, _number()))


def cases_of(agent: Agent) -> str:
    return f"{reverse('admin:evaluation_case_changelist')}?agent__id__exact={agent.pk}"


def evaluations_of(agent: Agent) -> str:
    return f"{reverse('admin:evaluation_evaluation_changelist')}?agent__id__exact={agent.pk}"


def _number() -> Any:
    of_one = Case.objects.filter(agent=OuterRef("pk")).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def gaps_of(agent: Agent) -> str:
    return f"{reverse('admin:evaluation_gap_changelist')}?status__exact=open&agent__id__exact={agent.pk}"


def _open_gaps() -> Any:
    of_one = Gap.objects.filter(agent=OuterRef("pk"), status=Gap.Status.OPEN).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def _often(request: HttpRequest) -> int:
    asked = Gap.objects.filter(status=Gap.Status.OPEN).annotate(asked=Count("questions"))
    return asked.filter(asked__gte=OFTEN).count()


def _told(number: int) -> str:
    words = ngettext(
        "%(count)s question came several times and has no answer",
        "%(count)s questions came several times and have no answer",
        number,
    )
    return words % {"count": number}


def _often_url() -> str:
    return f"{reverse('admin:evaluation_gap_changelist')}?status__exact=open"

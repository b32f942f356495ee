"""The staff pages of evaluations: a list, what failed in one and why, and the button that begins one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agents.llm.configured import is_configured
from agents.models import Agent
from agents.staff.prompt_pages import author_of
from evaluation.coverage import coverage_of
from evaluation.models import EvaluatedCase, Evaluation
from evaluation.publishing import NotOverridden, override
from evaluation.running import MAX_REPEAT, NothingToEvaluate, begin, published_or, usual_repeat
from evaluation.staff.again_page import AgainPage
from evaluation.staff.agent_links import cases_of
from evaluation.staff.try_page import TryPage
from language.markdown import render
from lib.staff.cells import Tone, ago, badge

BEGIN = "evaluation.add_evaluation"
OVERRIDE = "evaluation.override_evaluation"
TONES = {
    Evaluation.Status.WAITING: Tone.WAITING,
    Evaluation.Status.RUNNING: Tone.WAITING,
    Evaluation.Status.PASSED: Tone.SUCCESS,
    Evaluation.Status.FAILED: Tone.ERROR,
}


@admin.register(Evaluation)
class EvaluationAdmin(TryPage, AgainPage):
    list_display = ("shown_version", "agent", "state", "score", "repeat", "begun")
    list_filter = (("agent", admin.RelatedOnlyFieldListFilter), "status")
    list_select_related = ("agent", "version")
    agent_place = "cases"
    empty_text = gettext_lazy("No evaluations yet. Open an agent's cases and press “Run the cases”.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # there is no form: cases are run from the list of an agent's cases

    def has_change_permission(self, request: HttpRequest, obj: Evaluation | None = None) -> bool:
        return False  # results cannot be changed

    def has_view_permission(self, request: HttpRequest, obj: Evaluation | None = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evaluation]:
        return super().get_queryset(request).select_related("agent__published_prompt", "version", "author")

    @admin.display(description=gettext_lazy("prompt version"), ordering="version__number")
    def shown_version(self, evaluation: Evaluation) -> str:
        return _("Version %(number)s") % {"number": evaluation.version.number}

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, evaluation: Evaluation) -> SafeString:
        return badge(evaluation.get_status_display(), TONES[Evaluation.Status(evaluation.status)])

    @admin.display(description=gettext_lazy("passed"))
    def score(self, evaluation: Evaluation) -> str:
        if evaluation.is_under_way or evaluation.error:
            return "–"
        return _("%(passed)s of %(total)s") % {"passed": evaluation.passed, "total": evaluation.total}

    @admin.display(description=gettext_lazy("begun"), ordering="created_at")
    def begun(self, evaluation: Evaluation) -> SafeString | str:
        return ago(evaluation.created_at)

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("of/<uuid:pk>/begin", self.begin_view, "begin"),
            ("<uuid:pk>/override", self.override_view, "override"),
        )
        own = [
            path(f"{route}/", self.admin_site.admin_view(view), name=f"evaluation_evaluation_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_POST)
    def begin_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask an agent its cases with the published prompt or another version."""
        agent = get_object_or_404(Agent.objects.select_related("published_prompt"), pk=pk)
        if not request.user.has_perm(BEGIN):
            raise PermissionDenied
        version = published_or(agent, _number(request.POST.get("version", "")))
        try:
            if version is None:
                raise NothingToEvaluate
            repeat = min(_number(request.POST.get("repeat", "")) or usual_repeat(), MAX_REPEAT)
            publishes = bool(request.POST.get("publishes")) and request.user.has_perm("agents.change_agent")
            evaluation = begin(version, repeat=repeat, author=author_of(request), publishes=publishes)
        except NothingToEvaluate as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(cases_of(agent))
        return HttpResponseRedirect(page_of(evaluation))

    @method_decorator(require_POST)
    def override_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Publish a version although its cases failed."""
        evaluation = get_object_or_404(Evaluation.objects.select_related("agent", "version"), pk=pk)
        if not request.user.has_perm(OVERRIDE):
            raise PermissionDenied
        try:
            override(evaluation, reason=request.POST.get("reason", ""), by=request.user.get_username())
        except NotOverridden as error:
            messages.error(request, str(error))
        else:
            words = _("Version %(number)s of the prompt is published.") % {"number": evaluation.version.number}
            self.log_change(request, evaluation, _("Published although cases failed"))
            messages.success(request, words)
        return HttpResponseRedirect(page_of(evaluation))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was asked, what was answered, and what failed."""
        evaluation = self.get_object(request, object_id)
        if evaluation is None:
            raise Http404
        if not self.has_view_permission(request, evaluation):
            raise PermissionDenied
        mark = f"{evaluation.status}-{evaluation.progress:.4f}"
        if request.GET.get("seen") == mark:
            return HttpResponse(status=204)  # nothing new since the page last asked
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(evaluation),
            "evaluation": evaluation,
            "mark": mark,
            "state": self.state(evaluation),
            "percent": round(100 * evaluation.progress),
            "results": shown_results(evaluation),
            "coverage": None if evaluation.is_under_way or evaluation.error else coverage_of(evaluation.agent),
            "has_model": is_configured(),
            "holds": holds(evaluation),
            "may_override": request.user.has_perm(OVERRIDE),
            "may_edit": request.user.has_perm("agents.change_agent"),
            "may_evaluate": request.user.has_perm(BEGIN),
            **(extra_context or {}),
        }
        name = "_results.html" if "seen" in request.GET else "page.html"
        return TemplateResponse(request, f"admin/evaluation/evaluation/{name}", context)


def holds(evaluation: Evaluation) -> bool:
    """Whether the version waits for this evaluation, or is unpublished because it failed."""
    published = evaluation.agent.published_prompt
    is_newer = published is None or published.number < evaluation.version.number
    return evaluation.publishes and is_newer


def page_of(evaluation: Evaluation) -> str:
    return reverse("admin:evaluation_evaluation_change", args=[evaluation.pk])


def shown_results(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Cases with their runs, failed ones first, both in the order in which they were asked."""
    cases = evaluation.cases.prefetch_related("runs").select_related("case")
    return sorted((_shown(case, evaluation.repeat) for case in cases), key=lambda each: not each["has_failed"])


def _shown(case: EvaluatedCase, repeat: int) -> dict[str, Any]:
    runs = list(case.runs.all())
    has_failed = any(run.faults for run in runs)
    is_done = len(runs) == repeat
    told = badge(_("failed"), Tone.ERROR) if has_failed else badge(_("passed"), Tone.SUCCESS) if is_done else badge("…")
    answers = [(run, render(run.answer)) for run in runs]
    return {
        "case": case,
        "answers": answers,
        "has_failed": has_failed,
        "badge": told,
        "repeat": repeat,
        "shows_numbers": repeat > 1,
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

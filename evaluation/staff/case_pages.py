"""The staff pages of cases: a list in the order they are asked, the form of one, files in and out."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agents.models import Agent
from agents.staff.of_agent import OfAgentAdmin
from evaluation.case_files import CaseFileInvalid, read, write
from evaluation.models import MAX_CASES, Case
from evaluation.staff.agent_links import cases_of, evaluations_of, may_see_evaluations
from evaluation.staff.case_form import CaseFileForm, CaseForm
from evaluation.staff.from_transcript import message_for
from evaluation.staff.propose_page import READ, ProposePage
from evaluation.transcripts import draft_of
from lib.staff.cells import Tone, badge


@admin.register(Case)
class CaseAdmin(OfAgentAdmin, ProposePage):
    form = CaseForm
    list_display = ("shown_question", "position", "expects", "agent")
    list_editable = ("position",)
    list_filter = (("agent", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agent",)
    list_per_page = MAX_CASES
    ordering = ("agent__name", "position", "created_at")
    autocomplete_fields = ("cites",)
    search_fields = ("question",)
    agent_place = "cases"
    empty_text = gettext_lazy(
        "No cases yet. Add a question that visitors ask and what its answer must say, or make one of a conversation."
    )
    change_list_template = "admin/evaluation/case/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return super().get_queryset(request).annotate(cite_count=Count("cites"))

    def get_fieldsets(self, request: HttpRequest, obj: Case | None = None) -> Any:
        expected = ("must", "must_not", "cites", "refuses")
        return (
            (None, {"fields": ("agent", "question", "history")}),
            (gettext_lazy("What its answer is measured by"), {"fields": expected}),
        )

    @admin.display(description=gettext_lazy("question"), ordering="question")
    def shown_question(self, case: Case) -> str:
        return str(case)

    @admin.display(description=gettext_lazy("the answer"))
    def expects(self, case: Any) -> SafeString | str:
        if case.refuses:
            return badge(_("does not know"), Tone.WAITING)
        says, avoids, cites = len(case.must), len(case.must_not), case.cite_count
        told = [
            (says, ngettext("says %(count)s phrase", "says %(count)s phrases", says)),
            (avoids, ngettext("does not say %(count)s", "does not say %(count)s", avoids)),
            (cites, ngettext("cites %(count)s document", "cites %(count)s documents", cites)),
        ]
        return ", ".join(words % {"count": count} for count, words in told if count)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill a new case from a visitor's message with its question and conversation, without personal data."""
        message = message_for(request, request.GET.get("message", ""))
        if message is None:
            return super().get_changeform_initial_data(request)
        draft = draft_of(message)
        return {"agent": message.session.agent_id, "question": draft.question, "history": draft.history}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if request.method == "GET" and request.GET.get("message") and self.has_add_permission(request):
            if message_for(request, request.GET["message"]) is None:
                raise PermissionDenied
            words = _("Names, addresses and numbers that are known are taken out. Look whether others are left.")
            messages.info(request, words)
        return super().add_view(request, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        agent = _agent_of(request.GET.get("agent__id__exact", ""))
        extra = {
            "agent": agent,
            "evaluations": evaluations_of(agent) if agent else "",
            "may_add": self.has_add_permission(request),
            "may_read_knowledge": any(request.user.has_perm(permission) for permission in READ),
            "may_evaluate": request.user.has_perm("evaluation.add_evaluation"),
            "may_see_evaluations": may_see_evaluations(request),
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        pages = (("export", self.export_view), ("import", self.import_view))
        own = [
            path(f"of/<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"evaluation_case_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_safe)
    def export_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """All cases of an agent as YAML."""
        agent = get_object_or_404(Agent, pk=pk)
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = f'attachment; filename="{agent.slug}-cases.yaml"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return HttpResponse(write(agent), content_type="application/yaml; charset=utf-8", headers=headers)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take the cases of a file in."""
        agent = get_object_or_404(Agent, pk=pk)
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = CaseFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                count = read(agent, form.cleaned_data["file"])
            except CaseFileInvalid as error:
                form.add_error("file", str(error))
            else:
                told = ngettext("%(count)s case is taken in.", "%(count)s cases are taken in.", count)
                messages.success(request, told % {"count": count})
                return HttpResponseRedirect(cases_of(agent))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "agent": agent, "form": form}
        context |= {"title": _("Take in cases from a file"), "back": cases_of(agent)}
        return TemplateResponse(request, "admin/evaluation/case/import.html", context)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        is_done = "_continue" not in request.POST and "_addanother" not in request.POST
        return HttpResponseRedirect(cases_of(obj.agent)) if is_done and "_popup" not in request.POST else response


def _agent_of(written: str) -> Agent | None:
    try:
        return Agent.objects.filter(pk=uuid.UUID(written)).first()
    except ValueError:
        return None

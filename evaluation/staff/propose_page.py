"""The page on which staff review proposed cases, change them, and add those they want."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from access import connections, rates
from agents.llm.configured import is_configured
from agents.models import Agent
from evaluation import keeping
from evaluation.coverage import coverage_of
from evaluation.keeping import CaseInvalid
from evaluation.models import MAX_QUESTION_CHARS, Case
from evaluation.proposing.proposal import Proposal, Untouched
from evaluation.proposing.proposing import WANTED, Proposals
from evaluation.staff.agent_links import cases_of
from evaluation.staff.case_form import PhrasesField
from evaluation.staff.rehearsal_stream import CONTENT_TYPE, HEADERS, counted, refused, wants_stream
from knowledge.models import Chunk
from lib.streams import ClosingStream

READ = ("knowledge.view_document", "knowledge.change_document")  # the page shows passages


class ProposedCaseForm(forms.Form):
    """One proposal as staff may change it; `keep` adds it."""

    question = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=MAX_QUESTION_CHARS,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    must = PhrasesField(
        label=gettext_lazy("The answer must say"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    cites = forms.BooleanField(label=gettext_lazy("It must be taken from this document"), required=False)
    chunk = forms.IntegerField(widget=forms.HiddenInput)
    keep = forms.BooleanField(label=gettext_lazy("Add this case"), required=False)


class ProposePage(admin.ModelAdmin):
    """Adds `of/<agent>/propose/` to the admin of cases."""

    def get_urls(self) -> list[URLPattern]:
        pages = (("propose", self.propose_view), ("keep", self.keep_view))
        own = [
            path(f"of/<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"evaluation_case_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def propose_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """The page; for its script the proposals, each as soon as it is made."""
        agent = self._agent_of(request, pk)
        if request.method != "POST":
            return self._propose_page(request, agent)
        if words := counted(request):
            if wants_stream(request):
                return refused(words)
            messages.error(request, words)
            return self._propose_page(request, agent)
        proposals = Proposals(agent)
        if wants_stream(request):
            return ProposalStream(request, proposals)
        found = async_to_sync(_all)(proposals)
        cards = [(form_of(number, each), each.passage) for number, each in enumerate(found)]
        return self._propose_page(request, agent, cards, told(proposals))

    @method_decorator(require_http_methods(["POST"]))
    def keep_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Add the chosen cases. Those that cannot be stored stay on the page, with the reason."""
        agent = self._agent_of(request, pk)
        left: list[tuple[ProposedCaseForm, Untouched]] = []
        count = 0
        for number in request.POST.getlist("card")[:WANTED]:
            form = ProposedCaseForm(request.POST, prefix=f"p{number}")
            passage = _passage(agent, request.POST.get(f"p{number}-chunk", ""))
            if passage is None or not request.POST.get(f"p{number}-keep"):
                continue
            if form.is_valid() and self._kept(request, agent, form, passage):
                count += 1
            else:
                left.append((form, passage))
        if count:
            words = ngettext("%(count)s case is added.", "%(count)s cases are added.", count)
            messages.success(request, words % {"count": count})
        if left:
            return self._propose_page(request, agent, left)
        if not count:
            messages.warning(request, _("None was chosen: nothing is added."))
        return HttpResponseRedirect(cases_of(agent))

    def _kept(self, request: HttpRequest, agent: Agent, form: ProposedCaseForm, passage: Untouched) -> bool:
        data = form.cleaned_data
        try:
            cites = keeping.documents(agent, [uuid.UUID(passage.document_id)] if data["cites"] else [])
            case = keeping.store(
                Case(agent=agent), {"question": data["question"], "must": data["must"], "cites": cites}
            )
        except CaseInvalid as error:
            form.add_error(None, str(error))
            return False
        self.log_addition(request, case, _("Proposed from knowledge"))
        return True

    def _agent_of(self, request: HttpRequest, pk: Any) -> Agent:
        agent = get_object_or_404(Agent, pk=pk)
        if not (self.has_add_permission(request) and any(request.user.has_perm(permission) for permission in READ)):
            raise PermissionDenied
        return agent

    def _propose_page(
        self,
        request: HttpRequest,
        agent: Agent,
        cards: Sequence[tuple[ProposedCaseForm, Untouched]] = (),
        words: str = "",
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "agent": agent,
            "cards": [card(form, passage) for form, passage in cards],
            "told": words,
            "by_model": is_configured(),
            "coverage": coverage_of(agent),
            "title": _("Propose cases from knowledge"),
            "back": cases_of(agent),
        }
        return TemplateResponse(request, "admin/evaluation/case/propose.html", context)


class ProposalStream(ClosingStream):
    """A line of JSON for each proposal with its `html`, and a last line with a summary (`told`)."""

    def __init__(self, request: HttpRequest, proposals: Proposals):
        self._address = rates.address_of(request)
        self._language = translation.get_language()
        super().__init__(self._lines(proposals), content_type=CONTENT_TYPE, headers=HEADERS)

    async def _lines(self, proposals: Proposals) -> AsyncGenerator[bytes, None]:
        with connections.open_from(self._address):
            async with aclosing(proposals.each()) as found:
                number = 0
                async for proposal in found:
                    with translation.override(self._language):
                        html = card(form_of(number, proposal), proposal.passage)
                    yield f"{json.dumps({'html': html})}\n".encode()
                    number += 1
            with translation.override(self._language):
                yield f"{json.dumps({'told': told(proposals)})}\n".encode()


async def _all(proposals: Proposals) -> list[Proposal]:
    async with aclosing(proposals.each()) as found:
        return [proposal async for proposal in found]


def form_of(number: int, proposal: Proposal) -> ProposedCaseForm:
    initial = {
        "question": proposal.question,
        "must": list(proposal.must),
        "cites": True,
        "chunk": proposal.passage.chunk,
    }
    return ProposedCaseForm(initial=initial, prefix=f"p{number}")


def card(form: ProposedCaseForm, passage: Untouched) -> SafeString:
    number = str(form.prefix)[1:]
    context = {"form": form, "number": number, "passage": passage}
    return render_to_string("admin/evaluation/case/_proposal.html", context)


def told(proposals: Proposals) -> str:
    """The summary, in words."""
    if not proposals.shown and not proposals.dropped:
        return _("There is nothing to propose: no passage that is untouched states a figure that could be looked for.")
    count = proposals.shown
    words = [ngettext("%(count)s proposal.", "%(count)s proposals.", count) % {"count": count} if count else _("None.")]
    if proposals.has_failed:
        words.append(_("The model did not answer: some are made by rules."))
    if dropped := proposals.dropped:
        left_out = ngettext(
            "%(count)s of the model's was dropped: what it expected does not stand in the passage.",
            "%(count)s of the model's were dropped: what they expected does not stand in the passage.",
            dropped,
        )
        words.append(left_out % {"count": dropped})
    return " ".join(words)


def _passage(agent: Agent, chunk: str) -> Untouched | None:
    """The present passage of a card; None if it is gone."""
    if not (chunk.isascii() and chunk.isdecimal() and len(chunk) < 19):
        return None
    found = Chunk.objects.filter(pk=int(chunk), document__agent=agent).select_related("document").first()
    if found is None:
        return None
    return Untouched(found.pk, str(found.document_id), found.document.name, found.heading, found.text)

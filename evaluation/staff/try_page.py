"""The page on which staff compare a prompt with the published one; no conversation is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agents.llm.configured import is_configured
from agents.models import MAX_PROMPT_CHARS, Agent
from conversations.replies.leases import Outcome
from conversations.replies.rehearsing import Rehearsal
from evaluation.models import MAX_QUESTION_CHARS, MAX_TURN_CHARS
from evaluation.staff.rehearsal_stream import RehearsalStream, counted, refused, said, shown, wants_stream
from evaluation.trying import Exchange, answers, of_both
from language.markdown import render
from lib.text import clean

CHANGE = "agents.change_agent"
MAX_EXCHANGES = 10  # as much history as a reply gets


class TurnsField(forms.CharField):
    """The exchanges so far, which are kept in the page."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            found = [Exchange(**each) for each in json.loads(value or "[]")]
        except (TypeError, ValueError):
            raise ValidationError(_("The conversation could not be read. Begin anew.")) from None
        texts = [text for each in found for text in asdict(each).values()]
        if not all(isinstance(text, str) and len(text) <= MAX_TURN_CHARS for text in texts):
            raise ValidationError(_("The conversation could not be read. Begin anew."))
        return found[-MAX_EXCHANGES:]

    def prepare_value(self, value: Any) -> Any:
        return json.dumps([asdict(each) for each in value]) if isinstance(value, list) else value


class TryForm(forms.Form):
    system_prompt = forms.CharField(
        label=gettext_lazy("Prompt to try"),
        max_length=MAX_PROMPT_CHARS,
        widget=forms.Textarea(attrs={"rows": 12, "class": "prompt-editor", "spellcheck": "true", "wrap": "soft"}),
        help_text=gettext_lazy("It is not saved here."),
    )
    question = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=MAX_QUESTION_CHARS,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    turns = TurnsField(required=False)


class TryPage(admin.ModelAdmin):
    """Adds `try/<agent>/` to the admin of evaluations."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_view)
        return [path("try/<uuid:pk>/", view, name="evaluation_evaluation_try"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def try_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """Asks each question of both prompts. Opens with a draft from an agent's form, or with the newest version."""
        agent = get_object_or_404(Agent.objects.select_related("published_prompt"), pk=pk)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if "question" not in request.POST:
            draft = clean(request.POST.get("system_prompt", "")) or _newest(agent)
            return self._try_page(request, agent, TryForm(initial={"system_prompt": draft}))
        form = TryForm(request.POST)
        if form.is_valid() and (words := counted(request)):
            form.add_error("question", words)
        if wants_stream(request):
            return self._streamed(request, agent, form)
        if not form.is_valid():
            return self._try_page(request, agent, form, form.cleaned_data.get("turns") or ())
        outcomes = async_to_sync(answers)(_sides(agent, form))
        turns = _gone_on(form, outcomes)
        form = TryForm(initial={"system_prompt": form.cleaned_data["system_prompt"], "turns": turns})
        return self._try_page(request, agent, form, turns, outcomes)

    def _streamed(self, request: HttpRequest, agent: Agent, form: TryForm) -> HttpResponseBase:
        if not form.is_valid():
            return refused(" ".join(str(words) for errors in form.errors.values() for words in errors))

        def finish(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
            return {"turns": form.fields["turns"].prepare_value(_gone_on(form, outcomes))}

        return RehearsalStream(request, _sides(agent, form), finish)

    def _try_page(
        self,
        request: HttpRequest,
        agent: Agent,
        form: TryForm,
        turns: Sequence[Exchange] = (),
        last: Mapping[str, Outcome] | None = None,
    ) -> HttpResponse:
        exchanges = [
            {
                "question": each.question,
                "published": {"html": render(each.published)},
                "draft": {"html": render(each.draft)},
            }
            for each in turns
        ]
        if last:
            exchanges[-1] |= {side: shown(outcome) for side, outcome in last.items()}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "agent": agent,
            "form": form,
            "exchanges": exchanges,
            "has_model": is_configured(),
            "title": _("Try a prompt"),
        }
        return TemplateResponse(request, "admin/evaluation/try.html", context)


def _sides(agent: Agent, form: TryForm) -> dict[str, Rehearsal]:
    data = form.cleaned_data
    return of_both(agent, data["system_prompt"], data["question"], data["turns"])


def _gone_on(form: TryForm, outcomes: Mapping[str, Outcome]) -> list[Exchange]:
    """The conversation with the newest exchange added."""
    told = {side: said(outcome)[:MAX_TURN_CHARS] for side, outcome in outcomes.items()}
    return [*form.cleaned_data["turns"], Exchange(form.cleaned_data["question"], **told)][-MAX_EXCHANGES:]


def _newest(agent: Agent) -> str:
    """The text that staff probably want to try: an unpublished version, else the published text."""
    newest = agent.prompt_versions.first()
    return newest.text if newest else ""

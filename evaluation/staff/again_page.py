"""The page on which staff ask a visitor's message again and compare it with the old answer; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agents.llm.configured import is_configured
from agents.staff.prompt_diff import compare, count
from conversations.models import Message, Reply
from conversations.replies.leases import Outcome
from conversations.staff.transcript_actions import TranscriptAction
from evaluation.rerunning import can_be_asked_again, passage_changes, passages_of, rehearsal_of, still_there
from evaluation.staff.from_transcript import READ
from evaluation.staff.rehearsal_stream import RehearsalStream, counted, refused, said, shown, wants_stream
from evaluation.trying import answers
from language.markdown import render

BEGIN = "evaluation.add_evaluation"  # it asks the agent's model, as a run of the cases does
SIDE = "now"
MAX_VERSIONS = 50  # the newest, to choose from; the answer's own is always there


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure of both answers."""

    label: str
    then: str
    now: str

    @property
    def differs(self) -> bool:
        return self.then != self.now


class AgainForm(forms.Form):
    """The prompt and the passages with which the message is asked again."""

    version = forms.TypedChoiceField(label=gettext_lazy("Prompt"), coerce=int)
    knowledge = forms.ChoiceField(
        label=gettext_lazy("Knowledge"),
        widget=forms.RadioSelect,
        initial="today",
    )


def form_of(answer: Message, data: Any = None) -> AgainForm:
    """The form with the agent's versions to choose from, and the old passages if any still exist."""
    form = AgainForm(data)
    agent, own = answer.session.agent, answer.reply.prompt_version
    numbers = list(agent.prompt_versions.values_list("number", flat=True)[:MAX_VERSIONS])
    if own and own.number not in numbers:
        numbers.append(own.number)
    published = agent.published_prompt.number if agent.published_prompt else None
    version: Any = form.fields["version"]
    version.choices = [(number, _version(number, published, own.number if own else None)) for number in numbers]
    version.initial = published or (own.number if own else None)
    given = len({line["hash"] for line in answer.reply.receipt.passages})
    knowledge: Any = form.fields["knowledge"]
    knowledge.choices = [("today", _("what is found in it today"))]
    if there := still_there(answer.reply.receipt):
        words = _("the passages that were given then (%(there)s of %(given)s are still there)")
        knowledge.choices = [*knowledge.choices, ("then", words % {"there": there, "given": given})]
    return form


def _version(number: int, published: int | None, own: int | None) -> str:
    marks = [_("published")] if number == published else []
    marks += [_("of this answer")] if number == own else []
    name = _("Version %(number)s") % {"number": number}
    return f"{name} ({', '.join(marks)})" if marks else name


class AgainPage(admin.ModelAdmin):
    """Adds `again/<answer>/` to the admin of evaluations."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.again_view)
        return [path("again/<uuid:pk>/", view, name="evaluation_evaluation_again"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def again_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """The old answer, and the new one beside it once the message is asked again."""
        if not _may(request):
            raise PermissionDenied
        answer = _answer(pk)
        if request.method != "POST":
            return self._again_page(request, answer, form_of(answer))
        form = form_of(answer, request.POST)
        if form.is_valid() and (words := counted(request)):
            form.add_error(None, words)
        if not form.is_valid():
            if wants_stream(request):
                return refused(" ".join(str(words) for errors in form.errors.values() for words in errors))
            return self._again_page(request, answer, form)
        version = answer.session.agent.prompt_versions.get(number=form.cleaned_data["version"])
        is_then = form.cleaned_data["knowledge"] == "then"
        given = passages_of(answer.reply.receipt, answer.session.agent_id) if is_then else None
        sides = {SIDE: rehearsal_of(answer, version, passages=given)}

        def finish(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
            return {"result": differences(answer, outcomes[SIDE], version.number)}

        if wants_stream(request):
            return RehearsalStream(request, sides, finish)
        outcomes = async_to_sync(answers)(sides)
        return self._again_page(request, answer, form, now=shown(outcomes[SIDE]), **finish(outcomes))

    def _again_page(self, request: HttpRequest, answer: Message, form: AgainForm, **context: Any) -> HttpResponse:
        title = _("Ask again")
        page = reverse("admin:conversations_session_change", args=[answer.session_id])
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "agent": answer.session.agent,
            "answer": answer,
            "question": answer.reply.question,
            "then": render(answer.content),
            "transcript": f"{page}#message-{answer.seq}",
            "form": form,
            "has_model": is_configured(),
            "title": title,
        }
        return TemplateResponse(request, "admin/evaluation/again.html", context)


def actions(request: HttpRequest, message: Message) -> Iterator[TranscriptAction]:
    """The link from an answer in the transcript to this page."""
    if message.role == Message.Role.ASSISTANT and can_be_asked_again(message) and _may(request):
        yield TranscriptAction(_("Ask again"), reverse("admin:evaluation_evaluation_again", args=[message.pk]))


def _may(request: HttpRequest) -> bool:
    return request.user.has_perm(BEGIN) and any(request.user.has_perm(permission) for permission in READ)


def _answer(pk: Any) -> Message:
    shown_with = ("session__agent__published_prompt", "reply__question__session", "reply__receipt")
    found = Message.objects.select_related(*shown_with, "reply__prompt_version").filter(pk=pk).first()
    if found is None or not can_be_asked_again(found):
        raise Http404
    return found


def differences(answer: Message, outcome: Outcome, version: int) -> SafeString:
    """The differences between the old answer and the new one, as HTML."""
    lines = compare(answer.content, said(outcome))
    added, removed = count(lines)
    receipt = outcome.receipt or {}
    changes = passage_changes(answer.reply.receipt.passages, receipt.get("passages", ()))
    context = {
        "lines": lines,
        "added": added,
        "removed": removed,
        "figures": list(_figures(answer.reply, outcome, version)),
        "differing": [change for change in changes if change.kind != "same"],
        "same": [change for change in changes if change.kind == "same"],
    }
    return render_to_string("admin/evaluation/_differences.html", context)


def _figures(then: Reply, now: Outcome, version: int) -> Iterator[ComparedFigure]:
    number = str(then.prompt_version.number) if then.prompt_version else "–"
    yield ComparedFigure(_("Prompt version"), number, str(version))
    yield ComparedFigure(_("Model"), _maker(then.provider, then.model), _maker(now.provider, now.model))
    yield ComparedFigure(_("State"), *(str(Reply.State(each.state).label) for each in (then, now)))
    yield ComparedFigure(
        _("How sure"), *(str(Reply.Certainty(each.certainty).label) if each.certainty else "–" for each in (then, now))
    )
    checks = (then.receipt.checks, (now.receipt or {}).get("checks", {}))
    yield ComparedFigure(_("Sentences withheld"), str(then.withheld), str(now.withheld))
    for label, how in ((_("Figures given"), "given"), (_("Figures reckoned"), "derived")):
        yield ComparedFigure(label, *(str(each.get("figures", {}).get(how, 0)) for each in checks))
    yield ComparedFigure(_("Tokens in"), _counted(then.input_tokens), _counted(now.input_tokens))
    yield ComparedFigure(_("Tokens out"), _counted(then.output_tokens), _counted(now.output_tokens))
    yield ComparedFigure(_("First token"), _ms(then.first_token_ms), _ms(now.first_token_ms))
    yield ComparedFigure(_("In all"), _ms(then.total_ms), _ms(now.total_ms))


def _maker(provider: str, model: str) -> str:
    return " / ".join(filter(None, (provider, model))) or "–"


def _counted(number: int | None) -> str:
    return "–" if number is None else str(number)


def _ms(number: int | None) -> str:
    return "–" if number is None else _("%(ms)s ms") % {"ms": number}

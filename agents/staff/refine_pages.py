"""The admin's page where an agent's prompt is refined: a wish, a proposal beside what is published, publish or drop."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from access import rates
from agents.models import MAX_PROMPT_CHARS, Agent
from agents.refining.refine import MAX_CHARS, MAX_WISH_CHARS, PER_CALLER, Refined, refine
from agents.staff.prompt_diff import compare, count
from agents.staff.prompt_pages import PromptPages, author_of, tell_published
from lib.text import clean, shorten

NOTE_CHARS = 200


def has_model() -> bool:
    """Whether a language model answers and refines; without one prompts are kept, and nobody follows them."""
    return bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


class WishForm(forms.Form):
    """What is to become better. Empty asks for the same prompt, tidied up."""

    instructions = forms.CharField(
        label=gettext_lazy("What should be better?"),
        required=False,
        max_length=MAX_WISH_CHARS,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "In your own words: “Warmer, and ask for the budget”. Leave it empty to tidy the prompt up."
        ),
    )


class ProposalForm(forms.Form):
    """A proposal on its way to becoming a version; it is kept in the page until then."""

    text = forms.CharField(
        label=gettext_lazy("Proposal"),
        max_length=MAX_PROMPT_CHARS,
        widget=forms.Textarea(attrs={"rows": 24, "class": "prompt-editor", "spellcheck": "true", "wrap": "soft"}),
        help_text=gettext_lazy("Change it as you like. It is published only when you press the button below."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=NOTE_CHARS,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    changes = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = clean(self.cleaned_data["text"])
        if not text:
            raise ValidationError(_("Write what the agent should do."))
        return text


class RefinePages(PromptPages):
    """Adds `<agent>/prompts/refine/` to the admin of agents."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.refine_view)
        return [path("<uuid:pk>/prompts/refine/", view, name="agents_agent_prompt_refine"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def refine_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        agent = self._agent(request, pk)
        if not self.has_change_permission(request, agent):
            raise PermissionDenied
        if request.method != "POST":
            return self._refine_page(request, agent, WishForm())
        if "propose" in request.POST:
            return self._propose(request, agent)
        form = ProposalForm(request.POST)
        if form.is_valid() and "publish" in request.POST and self._is_current(form, agent):
            return self._publish(request, agent, form)
        return self._refine_page(request, agent, WishForm(), form)

    def _propose(self, request: HttpRequest, agent: Agent) -> HttpResponse:
        wish = WishForm(request.POST)
        if not wish.is_valid():
            return self._refine_page(request, agent, wish)
        try:
            refined = self._refined(request, agent, wish.cleaned_data["instructions"])
        except ValidationError as error:
            wish.add_error(None, error)
            return self._refine_page(request, agent, wish)
        initial = {
            "text": refined.system_prompt,
            "note": shorten(wish.cleaned_data["instructions"] or _("Refined"), NOTE_CHARS - 1),
            "based_on": agent.published_prompt.number if agent.published_prompt else None,
            "changes": "\n".join(refined.changes),
        }
        return self._refine_page(request, agent, wish, ProposalForm(initial))

    def _refined(self, request: HttpRequest, agent: Agent, instructions: str) -> Refined:
        """Raises ValidationError with what to do instead."""
        if not agent.system_prompt.strip():
            raise ValidationError(_("This agent has no prompt yet. Write a first one on its page."))
        if len(agent.system_prompt) > MAX_CHARS:
            words = _("The prompt is longer than %(most)s characters; shorten it first.")
            raise ValidationError(words % {"most": f"{MAX_CHARS:,}"})
        try:
            rates.count(PER_CALLER, "refine", f"staff {request.user.pk}")
        except rates.RateLimited as error:
            words = ngettext("Please wait %(count)s second.", "Please wait %(count)s seconds.", error.retry_after_s)
            raise ValidationError(words % {"count": error.retry_after_s}) from None
        return async_to_sync(refine)(agent.name, agent.system_prompt, instructions=instructions)

    def _is_current(self, form: ProposalForm, agent: Agent) -> bool:
        published = agent.published_prompt.number if agent.published_prompt else None
        if form.cleaned_data["based_on"] == published:
            return True
        words = _("Version %(number)s was published meanwhile. See below what would change, and publish again.")
        form.add_error("text", words % {"number": published})
        form.data = {**form.data, "based_on": str(published)}
        return False

    def _publish(self, request: HttpRequest, agent: Agent, form: ProposalForm) -> HttpResponse:
        before = agent.published_prompt_id
        version = agent.publish(
            form.cleaned_data["text"], author=author_of(request), note=form.cleaned_data["note"] or _("Refined")
        )
        if version.pk == before:
            messages.info(
                request, _("This text is already published as version %(number)s.") % {"number": version.number}
            )
        else:
            self.log_change(request, agent, _("Refined"))
            words = _("Version %(number)s of the prompt is published.")
            tell_published(request, version, words % {"number": version.number})
        return HttpResponseRedirect(reverse("admin:agents_agent_prompts", args=[agent.pk]))

    def _refine_page(
        self, request: HttpRequest, agent: Agent, wish: WishForm, proposal: ProposalForm | None = None
    ) -> HttpResponse:
        title = _("Refine the prompt")
        context: dict[str, Any] = {"wish": wish, "proposal": proposal, "title": title, "has_model": has_model()}
        if proposal is not None:
            lines = compare(agent.system_prompt, clean(str(proposal.data.get("text", ""))))
            added, removed = count(lines)
            changes = [line for line in str(proposal.data.get("changes", "")).splitlines() if line.strip()]
            context |= {"lines": lines, "added": added, "removed": removed, "changes": changes}
        return self._page(request, agent, "refine", **context)

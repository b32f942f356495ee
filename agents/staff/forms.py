"""The admin's form for an agent: its fields, its prompt, and whether it takes the landing page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.hosts import hosts_of
from agents.models import MAX_PROMPT_CHARS, Agent, PromptVersion
from lib.text import clean


class HostsField(forms.CharField):
    """Web sites, one a line, as a list."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return hosts_of((super().to_python(value) or "").splitlines())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial or []) != (data or "").replace("\r\n", "\n").strip()


def first_prompt() -> str:
    """What a new agent's form begins with, so that nobody has to write a prompt before they can try the agent."""
    return _(
        "You are the sales assistant of our company and talk to the visitors of our web site.\n\n"
        "Answer from the knowledge, in a few plain sentences. Where it does not answer a question, say so and tell how "
        "to reach us.\n\n"
        "Find out what the visitor needs, recommend what suits it, and offer the next step."
    )


class AgentForm(forms.ModelForm):
    """Saving a changed prompt publishes a version; a prompt that changed meanwhile is never overwritten unseen."""

    system_prompt = forms.CharField(
        label=gettext_lazy("System prompt"),
        max_length=MAX_PROMPT_CHARS,
        widget=forms.Textarea(attrs={"rows": 28, "class": "prompt-editor", "spellcheck": "true", "wrap": "soft"}),
        help_text=gettext_lazy("If you change the text, saving publishes it as a new version."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=gettext_lazy("Optional. Shown in the list of versions: “Mentions the spring offer”."),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Not the model's own field: its constraint would refuse what this form moves from one agent to the other.
    on_landing_page = forms.BooleanField(
        label=gettext_lazy("On the landing page"),
        required=False,
        help_text=gettext_lazy("Only one agent can be there: ticking this takes the other one off."),
    )

    hosts = HostsField(
        label=gettext_lazy("Web sites that may show this agent"),
        required=False,
        help_text=gettext_lazy("One a line: https://shop.example, or https://*.shop.example for all its subdomains."),
    )

    shown_version: PromptVersion | None = None  # the text to go on with, instead of what is published

    class Meta:
        model = Agent
        fields = (
            "name",
            "slug",
            "greeting",
            "starter_questions",
            "model",
            "temperature",
            "max_tokens",
            "checks_answers",
            "accent",
            "avatar",
            "takes_attachments",
            "asks_feedback",
            "hosts",
            "is_active",
        )
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "greeting": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "starter_questions": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        }
        help_texts = {
            "starter_questions": gettext_lazy("One per line. Visitors see them until they write their first message."),
            "model": gettext_lazy("Leave it empty to use the model that OPENAI_MODEL names."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = self.instance.published_prompt
        shown = self.shown_version.text if self.shown_version else self.instance.system_prompt
        self.initial.setdefault("system_prompt", shown or (first_prompt() if self.instance._state.adding else ""))
        self.initial["based_on"] = published.number if published else None
        self.initial["on_landing_page"] = self.instance.is_default

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write a name that can be read."))
        return name

    def clean_system_prompt(self) -> str:
        text = clean(self.cleaned_data["system_prompt"])  # browsers send \r\n
        if not text:
            raise ValidationError(_("Write what the agent should do."))
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("on_landing_page") and not data.get("is_active"):
            self.add_error(
                "on_landing_page",
                _("An agent that is switched off cannot be on the landing page. Untick one of the two."),
            )
        if "system_prompt" in data and self.is_prompt_changed() and self._was_published_meanwhile():
            self.add_error("system_prompt", self._overtaken())
        return data

    def is_prompt_changed(self) -> bool:
        """Whether this person changed the text, measured against the version the form was opened with."""
        base = self._base()
        return base is None or self.cleaned_data["system_prompt"] != clean(base.text)

    def _base(self) -> PromptVersion | None:
        number = self.cleaned_data.get("based_on")
        published = self.instance.published_prompt
        if published is None or self.instance._state.adding:
            return None
        if number is None or number == published.number:
            return published
        return self.instance.prompt_versions.filter(number=number).first()

    def _was_published_meanwhile(self) -> bool:
        published = self.instance.published_prompt
        base = self.cleaned_data.get("based_on")
        return published is not None and base is not None and base != published.number

    def _overtaken(self) -> str:
        published = self.instance.published_prompt
        return _(
            "Version %(number)s was published while you were writing. Copy your text and open this page again."
        ) % {"number": published.number if published else ""}

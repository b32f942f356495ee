"""What staff shape of an agent's selling, on the agent's own page: what it asks for, who is told, what is promised."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from agents.staff.sections import FormPart
from leads.models import MAX_QUESTIONS, LeadSettings, Question
from leads.promises import forget, promise_of
from lib.staff.cells import Tone, badge
from voice.staff.voice_settings import AgentWithVoiceAdmin

CONSOLE = "django.core.mail.backends.console.EmailBackend"


class ChoicesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip()))


class QuestionForm(forms.ModelForm):
    choices = ChoicesField(required=False, help_text=gettext_lazy("One a line, for the kind “one of several”."))

    class Meta:
        model = Question
        fields = ("position", "label", "key", "kind", "ask", "is_required", "choices", "when")


class QuestionFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        keys = [row["key"] for row in kept if row.get("key")]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValidationError(_("Two questions have the key “%(key)s”.") % {"key": twice[0]})
        for row in kept:
            needed = row.get("when", "").partition("=")[0]
            if needed and needed not in keys:
                raise ValidationError(
                    _("“%(label)s” is asked only when “%(key)s” is known, and no question has that key.")
                    % {"label": row.get("label", ""), "key": needed}
                )


class QuestionInline(admin.StackedInline):
    model = Question
    section = FormPart.SELLING
    form = QuestionForm
    formset = QuestionFormSet
    fields = (("position", "label", "key", "kind"), "ask", ("is_required", "when"), "choices")
    extra = 0
    max_num = MAX_QUESTIONS
    verbose_name_plural = gettext_lazy("What it asks visitors")
    add_text = gettext_lazy("Add a question")


class LeadSettingsInline(admin.StackedInline):
    model = LeadSettings
    section = FormPart.SELLING
    fields = ("takes_contact", "alert_addresses", "answer_time", "consent_text", "country", "state")
    readonly_fields = ("state",)
    can_delete = False
    min_num = max_num = 1
    verbose_name_plural = gettext_lazy("Leads")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["alert_addresses"].widget = forms.Textarea(attrs={"rows": 3})
        return formset

    @admin.display(description=gettext_lazy("what visitors are promised"))
    def state(self, of_agent: LeadSettings) -> SafeString:
        """What the agent says to who leaves contact details, and what stands in the way of more."""
        if not of_agent.takes_contact:
            return badge(_("nothing is promised"))
        if promise_of(of_agent) is None:
            told = _("Nobody would see a lead: name an address, or give a member of staff the right to see leads.")
            return format_html("{} {}", badge(_("nothing is promised"), Tone.WAITING), told)
        if of_agent.addresses and settings.EMAIL_BACKEND == CONSOLE:
            told = _("Nothing here sends e-mail: alerts are only written to the server's output. Set EMAIL_URL.")
            return format_html("{} {}", badge(_("no e-mail"), Tone.WAITING), told)
        return format_html("{} {}", badge(_("the team is told"), Tone.SUCCESS), of_agent.answer_time)


class SellingAgentAdmin(AgentWithVoiceAdmin):
    """The page of an agent with its voice, its questions and who is told of its leads."""

    inlines: ClassVar[Any] = (*AgentWithVoiceAdmin.inlines, QuestionInline, LeadSettingsInline)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        forget()


admin.site.unregister(Agent)
admin.site.register(Agent, SellingAgentAdmin)

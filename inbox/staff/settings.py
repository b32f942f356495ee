"""The hand-over settings on an agent's page in the admin, and the pages of canned replies."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from agents.staff.of_agent import OfAgentAdmin
from agents.staff.sections import FormPart
from inbox.availability import forget, somebody_may_answer
from inbox.models import CannedReply, HandoverSettings
from leads.staff.agent_questions import SellingAgentAdmin
from lib.staff.cells import Tone, badge


class HandoverSettingsInline(admin.StackedInline):
    """When and how people join the agent's conversations."""

    model = HandoverSettings
    section = FormPart.PEOPLE
    fields = (
        "is_on",
        ("wait_s", "answer_s"),
        ("hours", "time_zone"),
        ("after_unknown", "after_anger", "after_promise"),
        ("at_score", "at_close"),
        "state",
    )
    readonly_fields = ("state",)
    can_delete = False
    min_num = max_num = 1
    verbose_name = verbose_name_plural = gettext_lazy("People")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["hours"].widget = forms.Textarea(attrs={"rows": 3})
        return formset

    @admin.display(description=gettext_lazy("what visitors are offered"))
    def state(self, of_agent: HandoverSettings) -> SafeString:
        if not of_agent.is_on:
            return badge(_("no person"))
        if not somebody_may_answer():
            words = _("Nobody may answer: give a member of staff the right to take conversations over.")
            return format_html("{} {}", badge(_("no person"), Tone.WAITING), words)
        words = _("Without the visitor's wish the agent asks only while somebody has the inbox open.")
        return format_html("{} {}", badge(_("a person can be asked for"), Tone.SUCCESS), words)


class AgentWithPeopleAdmin(SellingAgentAdmin):
    """The page of an agent, with its hand-over settings added."""

    inlines: ClassVar[Any] = (*SellingAgentAdmin.inlines, HandoverSettingsInline)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        forget()


admin.site.unregister(Agent)
admin.site.register(Agent, AgentWithPeopleAdmin)


@admin.register(CannedReply)
class CannedReplyAdmin(OfAgentAdmin):
    list_display = ("__str__", "beginning", "agent")
    list_filter = (("agent", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agent",)
    search_fields = ("shortcut", "text")
    fields = ("shortcut", "text", "agent")
    empty_text = gettext_lazy("No canned replies yet. Texts you write often go here.")

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, reply: CannedReply) -> str:
        return reply.text[:80]

"""The section of an agent's page for other websites: the line to copy, the launcher, refused sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from agents.staff.sections import FormPart
from embed.models import EmbedSettings
from lib.staff.cells import ago

SHOWN_HOSTS = 10


class EmbedSettingsInline(admin.StackedInline):
    model = EmbedSettings
    section = FormPart.WEB_SITES
    fields = (
        "line",
        "refused",
        ("side", "launcher_text"),
        "greeting",
        ("greet_after_s", "greet_at_scroll"),
        ("greet_on_exit", "greet_back"),
        "greet_on",
        "signing",
    )
    readonly_fields = ("line", "refused", "signing")
    can_delete = False
    min_num = max_num = 1
    verbose_name = verbose_name_plural = gettext_lazy("The chat on other web sites")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        self._server = f"{request.scheme}://{request.get_host()}"
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        fields["greet_on"].widget = forms.Textarea(attrs={"rows": 2})
        fields["greeting"].help_text = _(
            "A line beside the button, at most once a visit: on its first page, or on the first of the paths below."
            " Without it nobody is greeted."
        )
        return formset

    @admin.display(description=gettext_lazy("line for the web site"))
    def line(self, settings: EmbedSettings) -> SafeString | str:
        agent = _agent_of(settings)
        if agent is None:
            return _("It stands here once the agent is saved.")
        tag = f'<script async src="{self._server}/embed.js" data-agent="{agent.slug}"></script>'
        if agent.hosts:
            hint = _("Put it into the pages of the web sites above.")
        else:
            hint = _("No web site may show this agent yet: list it under “On other web sites”.")
        return format_html("<code>{}</code><br>{}", tag, hint)

    @admin.display(description=gettext_lazy("asked and refused"))
    def refused(self, settings: EmbedSettings) -> SafeString | str:
        agent = _agent_of(settings)
        found = list(agent.refused_hosts.all()[:SHOWN_HOSTS]) if agent else []
        if not found:
            return _("No web site was refused.")
        lines = ((refused.host, refused.count, ago(refused.last_at)) for refused in found)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} ({}×, {})</li>", lines))

    @admin.display(description=gettext_lazy("secret"))
    def signing(self, settings: EmbedSettings) -> SafeString | str:
        if _agent_of(settings) is None:
            return _("It stands here once the agent is saved.")
        words = _("A web site that knows its user signs their id with it on its server (HMAC-SHA256).")
        return format_html("<details><summary>{}</summary><code>{}</code></details>", words, settings.secret)


def _agent_of(settings: EmbedSettings) -> Agent | None:
    return settings.agent if settings.agent_id else None

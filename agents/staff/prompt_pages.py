"""The admin's pages of an agent's prompt versions: list, one, two compared, restore. Nothing here edits a version."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.models import Agent, PromptVersion
from agents.staff.prompt_diff import compare, count
from agents.staff.version_notes import with_notes


def author_of(request: HttpRequest) -> User | None:
    """Who is signed in, as a version's author."""
    return request.user if request.user.is_authenticated else None


def tell_published(request: HttpRequest, version: PromptVersion, words: str) -> None:
    """Say that a version is published, or what holds it."""
    if version.held:
        more = _("See how far it is")
        messages.warning(request, format_html('{} <a href="{}">{}</a>', version.held.told, version.held.url, more))
    else:
        messages.success(request, words)


class PromptPages(admin.ModelAdmin):
    """Adds `<agent>/prompts/…` to the admin of agents."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("", self.versions_view, "prompts"),
            ("compare/", self.compare_view, "prompt_compare"),
            ("<int:number>/", self.version_view, "prompt"),
            ("<int:number>/restore/", self.restore_view, "prompt_restore"),
        )
        own = [
            path(f"<uuid:pk>/prompts/{route}", self.admin_site.admin_view(view), name=f"agents_agent_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_safe)
    def versions_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        agent = self._agent(request, pk)
        return self._page(request, agent, "versions", title=_("Prompt versions"))

    @method_decorator(require_safe)
    def version_view(self, request: HttpRequest, pk: Any, number: int) -> HttpResponse:
        agent = self._agent(request, pk)
        version = get_object_or_404(agent.prompt_versions.select_related("author"), number=number)
        with_notes(request, agent, [version])
        title = _("Prompt version %(number)s") % {"number": number}
        return self._page(request, agent, "version", title=title, version=version, default_old=max(number - 1, 1))

    @method_decorator(require_safe)
    def compare_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        agent = self._agent(request, pk)
        old, new = (self._version(agent, request.GET.get(name, "")) for name in ("old", "new"))
        lines = compare(old.text, new.text)
        added, removed = count(lines)
        title = _("Prompt version %(old)s and %(new)s") % {"old": old.number, "new": new.number}
        return self._page(
            request, agent, "compare", title=title, old=old, new=new, lines=lines, added=added, removed=removed
        )

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: Any, number: int) -> HttpResponse:
        """Publish the text of an earlier version as a new one."""
        agent = self._agent(request, pk)
        if not self.has_change_permission(request, agent):
            raise PermissionDenied
        version = get_object_or_404(agent.prompt_versions, number=number)
        note = _("Restored from version %(number)s") % {"number": number}
        before = agent.published_prompt_id
        published = agent.publish(version.text, author=author_of(request), note=note)
        if published.pk == before:
            messages.info(
                request, _("This text is already published as version %(number)s.") % {"number": published.number}
            )
        else:
            self.log_change(request, agent, note)
            words = _("Version %(new)s is published, with the text of version %(old)s.")
            tell_published(request, published, words % {"new": published.number, "old": number})
        return HttpResponseRedirect(reverse("admin:agents_agent_prompts", args=[agent.pk]))

    def _agent(self, request: HttpRequest, pk: Any) -> Agent:
        agent = get_object_or_404(Agent.objects.select_related("published_prompt"), pk=pk)
        if not self.has_view_or_change_permission(request, agent):
            raise PermissionDenied
        return agent

    def _version(self, agent: Agent, number: str) -> PromptVersion:
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise Http404
        return get_object_or_404(agent.prompt_versions.select_related("author"), number=int(number))

    def _page(self, request: HttpRequest, agent: Agent, name: str, **context: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "agent": agent,
            "versions": with_notes(request, agent, agent.prompt_versions.select_related("author").defer("text")),
            "has_change_permission": self.has_change_permission(request, agent),
            **context,
        }
        return TemplateResponse(request, f"admin/agents/agent/prompt_{name}.html", context)

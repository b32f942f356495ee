"""The staff pages of the landing page's words: each agent has its own; those of the agent that is there are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent, Feature, LandingPage
from agents.staff.agent_links import AgentLink
from agents.staff.inlines import AddTexts
from agents.staff.landing_answers import unanswered
from lib.staff.cells import Tone, badge
from lib.staff.change_pages import ChangePage, StaysOnPage
from lib.staff.deletion import DeletesWithFiles
from lib.staff.home import permitted

may_see_pages = permitted("agents.view_landingpage", "agents.change_landingpage")


class FeatureInline(admin.StackedInline):
    model = Feature
    fields = (("position", "title", "proof"), "text")
    extra = 0
    max_num = 6  # LOOK.md: three to six
    add_text = gettext_lazy("Add a feature")


@admin.register(LandingPage)
class LandingPageAdmin(AddTexts, ChangePage, StaysOnPage, DeletesWithFiles):
    """One row an agent; without one the page of an agent has plain words."""

    agent_place = "landing_page"
    inlines = (FeatureInline,)
    list_display = ("agent", "state", "headline")
    list_select_related = ("agent",)
    ordering = ("-agent__is_default", "agent__name")
    view_on_site = False
    empty_text = gettext_lazy("No words yet. Add those of an agent; until then its landing page has plain ones.")
    fieldsets = (
        (None, {"fields": ("agent",)}),
        (gettext_lazy("Top of the page"), {"fields": ("headline", "subline", ("primary_action", "secondary_action"))}),
        (gettext_lazy("How it answers"), {"fields": ("how_title", "how_question", "questions")}),
    )

    @admin.display(description=gettext_lazy("state"), ordering="agent__is_default")
    def state(self, page: LandingPage) -> SafeString:
        if page.agent.is_default and page.agent.is_active:
            return badge(_("on the landing page"), Tone.ACCENT)
        return badge(_("kept"))

    def get_readonly_fields(self, request: HttpRequest, obj: LandingPage | None = None) -> Any:
        return ("agent",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The agent that the link names, else the one of the landing page."""
        default = Agent.objects.default()
        return {"agent": default.pk if default else None} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "agent":
            kwargs["queryset"] = _without_page()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        if obj and request.method == "GET" and (missing := unanswered(obj)):
            text = _("Not on the page, because the agent's knowledge has no answer: %s") % " · ".join(missing)
            self.message_user(request, text, messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _without_page().exists()


def _without_page() -> QuerySet[Agent]:
    return Agent.objects.filter(landing_page=None)


def link_of(request: HttpRequest, agent: Agent) -> Iterable[AgentLink]:
    """The way from an agent's page to the words of its landing page."""
    if not may_see_pages(request):
        return
    page = LandingPage.objects.filter(agent=agent).only("pk").first()
    if page:
        yield AgentLink(_("Words of its landing page"), reverse("admin:agents_landingpage_change", args=[page.pk]))
    elif request.user.has_perm("agents.add_landingpage"):
        url = f"{reverse('admin:agents_landingpage_add')}?agent={agent.pk}"
        yield AgentLink(_("Write the words of its landing page"), url)

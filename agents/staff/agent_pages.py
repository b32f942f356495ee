"""The staff pages of agents. Those of their prompts are in prompt_pages.py and refine_pages.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agents.landing_agent import leaving_the_page, make_room, words_after, words_before
from agents.models import Agent, FallbackText
from agents.staff import agent_links
from agents.staff.agent_links import AgentCount
from agents.staff.brand_form import BrandInline
from agents.staff.forms import AgentForm
from agents.staff.host_check import HostCheck
from agents.staff.inlines import AddTexts, inlines_of_agents
from agents.staff.look_preview import LookPreview
from agents.staff.prompt_pages import author_of, tell_published
from agents.staff.refine_pages import RefinePages, has_model
from agents.staff.sections import FormPart, sections_of
from agents.staff.version_notes import with_notes
from lib.staff.cells import Tone, ago, badge
from lib.staff.change_pages import StaysOnPage
from lib.staff.deletion import DeletesWithFiles
from lib.staff.lists import OrderedList

VERSIONS_BESIDE = 8  # as many as stand beside the editor without scrolling; the rest have their own page


def _linked_column(count: AgentCount) -> Callable[[Any], SafeString]:
    @admin.display(description=count.label, ordering=count.name)
    def column(agent: Any) -> SafeString:
        number = getattr(agent, count.name)
        return format_html('<a href="{}">{}</a>', count.url(agent), number) if number else format_html("{}", number)

    column.__name__ = count.name  # the class of its cells
    return column


class FallbackTextInline(admin.StackedInline):  # not a table: Django gives the fields of a table no labels
    model = FallbackText
    fields = (("cause", "text"),)
    extra = 0
    max_num = len(FallbackText.Cause)
    verbose_name_plural = gettext_lazy("What it says when an answer cannot be made")
    add_text = gettext_lazy("Add a text for another cause")
    section = FormPart.PEOPLE


@admin.register(Agent)
class AgentAdmin(AddTexts, HostCheck, LookPreview, RefinePages, StaysOnPage, DeletesWithFiles):
    form = AgentForm
    inlines = (FallbackTextInline,)
    list_display = ("name", "state", "last_activity", "prompt_number", "live_page")
    search_fields = ("name", "slug")
    search_help_text = gettext_lazy("Name or slug")
    list_order = (F("last_activity").desc(nulls_last=True), "name")
    prepopulated_fields = {"slug": ("name",)}
    view_on_site = False  # the page's own button goes there without a detour
    empty_text = gettext_lazy("No agents yet. Add one: a name is enough.")
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("is_active", "on_landing_page"))}),
        (gettext_lazy("Prompt"), {"fields": ("system_prompt", "note", "based_on"), "classes": ("prompt",)}),
        (
            gettext_lazy("Welcome"),
            {"fields": ("greeting", "starter_questions", ("accent", "avatar")), "classes": ("welcome", "section-look")},
        ),
        (gettext_lazy("Model"), {"fields": (("model", "temperature", "max_tokens"), "checks_answers")}),
        (gettext_lazy("On other web sites"), {"fields": ("hosts",), "classes": ("hosts", "section-web-sites")}),
        (gettext_lazy("What visitors may send"), {"fields": ("takes_attachments", "asks_feedback")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        agents = super().get_queryset(request)
        # A query of its own: with a join, the database would count the sessions of an agent for each of them.
        latest = Agent.objects.filter(pk=OuterRef("pk")).values("pk").annotate(at=Max("sessions__updated_at"))
        return agents.annotate(
            **{count.name: count.expression for count in agent_links.counts(request)},
            last_activity=Subquery(latest.values("at")),
            prompt_number=F("published_prompt__number"),
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        name, state, *others = self.list_display
        return (name, state, *(_linked_column(count) for count in agent_links.counts(request)), *others)

    def get_inlines(self, request: HttpRequest, obj: Agent | None) -> Any:
        own = super().get_inlines(request, obj)
        return (*([BrandInline] if obj else []), *own, *inlines_of_agents())  # the brand is made with the agent

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderedList]:
        return OrderedList

    def get_fieldsets(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        _basics, _prompt, *others = self.fieldsets
        who = (None, {"fields": (("name", "slug"), ("is_active", "is_default"))})
        return (who, (gettext_lazy("Prompt"), {"fields": ("system_prompt",), "classes": ("prompt",)}), *others)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Agent | None = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)  # an address that is in use stays as it is

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, agent: Agent) -> SafeString:
        if not agent.is_active:
            return badge(_("off"))
        if agent.is_default:
            return badge(_("on the landing page"), Tone.ACCENT)
        return badge(_("active"), Tone.SUCCESS)

    @admin.display(description=gettext_lazy("last activity"), ordering="last_activity")
    def last_activity(self, agent: Any) -> SafeString | str:
        return ago(agent.last_activity)

    @admin.display(description=gettext_lazy("prompt"), ordering="prompt_number")
    def prompt_number(self, agent: Any) -> int | None:
        return agent.prompt_number

    @admin.display(description=gettext_lazy("page"))
    def live_page(self, agent: Agent) -> SafeString:
        words = _("Open %(agent)s in a new tab") % {"agent": agent.name}
        return format_html(
            '<a href="{}" target="_blank" rel="noopener" aria-label="{}">{}</a>',
            agent.get_absolute_url(),
            words,
            _("Open"),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and (number := request.GET.get("prompt", "")):
            form.shown_version = self._version(obj, number)  # one that was not published, to go on with
        if obj is not None and "is_active" in form.base_fields and (found := leaving_the_page([obj.pk])):
            words = _("When it is switched off: %(what)s") % {"what": words_before(found)}
            form.base_fields["is_active"].help_text = words
        return form

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        is_asking = request.POST.get("post") is None
        if is_asking and (found := leaving_the_page([obj.pk for obj in objs])):
            messages.warning(request, words_before(found))
        return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        found = leaving_the_page([obj.pk])
        super().delete_model(request, obj)
        if found:
            messages.warning(request, words_after())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        found = leaving_the_page(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)
        if found:
            messages.warning(request, words_after())

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        found = leaving_the_page([obj.pk]) if change and not obj.is_active else None
        obj.is_default = form.cleaned_data["on_landing_page"]
        if obj.is_default:
            for name in make_room(obj):
                words = _("%(agent)s is on the landing page now, instead of %(other)s.")
                messages.info(request, words % {"agent": obj.name, "other": name})
        super().save_model(request, obj, form, change)
        if found:
            messages.warning(request, words_after())
        if form.is_prompt_changed():
            version = obj.publish(
                form.cleaned_data["system_prompt"], author=author_of(request), note=form.cleaned_data["note"]
            )
            words = _("Version %(number)s of the prompt is published.")
            tell_published(request, version, words % {"number": version.number})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.duplicate_view)
        return [path("<uuid:pk>/duplicate/", view, name="agents_agent_duplicate"), *super().get_urls()]

    @method_decorator(require_POST)
    def duplicate_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make an inactive copy and open it."""
        if not self.has_add_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        original = get_object_or_404(Agent, pk=pk)
        copy = original.duplicate(author=author_of(request))
        self.log_addition(request, copy, [{"added": {}}])
        messages.success(request, _("This is the copy. It is switched off until you make it active."))
        words = _(
            "Prompt, settings and voice are copied. Knowledge, avatar, conversations and recordings stay with"
            " %(original)s: without documents of its own the copy has nothing to answer from."
        )
        messages.warning(request, words % {"original": original.name})
        return HttpResponseRedirect(reverse("admin:agents_agent_change", args=[copy.pk]))

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        super().fill_page(request, context, obj)
        context["show_save_and_continue"] = False  # Save stays on the page
        context["has_model"] = has_model()
        if obj is not None:
            context["sections"] = sections_of(context["adminform"], context["inline_admin_formsets"])
            context["agent_links"] = agent_links.links(request, obj)
            versions = obj.prompt_versions.select_related("author").defer("text")
            context["versions"] = with_notes(request, obj, versions[:VERSIONS_BESIDE])
            context["version_count"] = obj.prompt_versions.count()

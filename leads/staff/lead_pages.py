"""The staff pages of leads: a list that says whom to call first, and one lead with its proof."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from conversations.deletion.gone import tell_when_gone
from conversations.models import Session
from leads.exports import EXPORTS, export
from leads.models import Lead
from leads.staff.agent_links import may_see
from leads.staff.merge_pages import MergesLeads
from leads.staff.proof import lines_of
from lib.files import delete_with_files
from lib.staff.cells import Tone, ago, badge
from lib.staff.choices import only_chosen
from lib.staff.deletion import DeletesWithFiles
from lib.staff.lists import OrderedList

TONES = {
    Lead.Status.NEW: Tone.WAITING,
    Lead.Status.OPEN: Tone.ACCENT,
    Lead.Status.QUALIFIED: Tone.ACCENT,
    Lead.Status.WON: Tone.SUCCESS,
    Lead.Status.LOST: Tone.QUIET,
    Lead.Status.SPAM: Tone.QUIET,
}
FACTS_SHOWN = 3  # in a row of the list


class SeenFilter(admin.SimpleListFilter):
    title = gettext_lazy("seen")
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("not yet")), ("yes", gettext_lazy("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(seen_at__isnull=self.value() == "no") if self.value() else queryset


class ReachFilter(admin.SimpleListFilter):
    title = gettext_lazy("contact")
    parameter_name = "contact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("can be reached")), ("no", gettext_lazy("left no contact"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        unreachable = Q(email="", phone="")
        match self.value():
            case "yes":
                return queryset.exclude(unreachable)
            case "no":
                return queryset.filter(unreachable)
        return queryset


class PeopleList(OrderedList):
    """One row a person; what is merged into a lead stands on its page, and is found by a search all the same."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        return super().get_queryset(request, exclude_parameters).filter(merged_into=None)


@admin.register(Lead)
class LeadAdmin(MergesLeads, DeletesWithFiles):
    list_display = ("who", "score", "shown_stage", "contact", "wants", "age", "shown_status", "owner", "agent")
    list_filter = (
        SeenFilter,
        ReachFilter,
        "status",
        "stage",
        ("owner", admin.RelatedOnlyFieldListFilter),
        ("agent", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("agent", "owner")
    list_per_page = 50
    # Whom to call first: who nobody has dealt with, by score, the newest first.
    list_order = (F("seen_at").desc(nulls_first=True), "-score", "-created_at")
    search_fields = ("name", "company", "email", "phone", "notes", "facts__value", "merged__facts__value")
    search_help_text = gettext_lazy("Name, company, address, number, or anything a visitor told")
    show_full_result_count = False
    agent_place = "leads"
    empty_text = gettext_lazy("No leads yet. They come when visitors say who they are or what they need.")
    fields = ("status", "owner", "notes")
    change_form_template = "admin/leads/lead/change_form.html"
    change_list_template = "admin/leads/lead/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        return super().get_queryset(request).prefetch_related("facts", "merged__facts")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderedList]:
        return PeopleList

    @admin.display(description=gettext_lazy("who"), ordering="name")
    def who(self, lead: Lead) -> SafeString:
        mark = format_html(" {}", badge(_("new"), Tone.WAITING)) if lead.seen_at is None else ""
        name, at = lead.known("name"), lead.known("company")
        company = format_html(" <span class=quiet>{}</span>", at) if at and name else ""
        shown = name or lead.known("email") or lead.known("phone") or at or str(lead)
        return format_html("{}{}{}", shown, company, mark)

    @admin.display(description=gettext_lazy("contact"))
    def contact(self, lead: Lead) -> SafeString | str:
        if email := lead.known("email"):
            return format_html('<a href="mailto:{0}">{0}</a>', email)
        phone = lead.known("phone")
        return format_html('<a href="tel:{0}">{0}</a>', phone) if phone else "–"

    @admin.display(description=gettext_lazy("told us"))
    def wants(self, lead: Lead) -> str:
        told = (fact for each in lead.together for fact in each.facts.all())
        facts = [f for f in told if f.is_current and f.value and f.kind not in {"email", "phone", "name"}]
        return ", ".join(f"{fact.label}: {fact.value}" for fact in facts[:FACTS_SHOWN]) or "–"

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, lead: Lead) -> SafeString:
        return badge(lead.get_status_display(), TONES[Lead.Status(lead.status)])

    @admin.display(description=gettext_lazy("stage"), ordering="stage")
    def shown_stage(self, lead: Lead) -> str:
        return lead.get_stage_display()

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, lead: Lead) -> SafeString | str:
        return ago(lead.created_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return only_chosen(field) if db_field.name == "owner" else field  # an account is not deleted from here

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        lead = self.get_object(request, object_id)
        if lead is None or not self.has_view_permission(request, lead):
            return super().change_view(request, object_id, form_url, extra_context)  # Django's own words
        if lead.seen_at is None and request.method == "GET":
            Lead.objects.filter(pk=lead.pk, seen_at=None).update(seen_at=timezone.now())
        together = lead.together
        facts = [fact for each in together for fact in each.facts.all()]
        by_key = {fact.key: fact for fact in facts if fact.is_current}
        context = {
            "lead": lead,
            "reasons": [{**reason, "shown": by_key.get(reason.get("fact", ""))} for reason in lead.reasons],
            "facts": [fact for fact in facts if fact.is_current],
            "replaced": [fact for fact in facts if not fact.is_current],
            "lines": lines_of(together, [fact for fact in facts if fact.message_id]),
            "merged": together[1:],
            **self.merging(request, lead),
            "alerts": lead.alerts.all(),
            "can_see_session": request.user.has_perm("conversations.view_session"),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"may_export": request.user.has_perm("leads.export_lead"), "kinds": list(EXPORTS)}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export.<str:kind>", wrap(self.export_view), name="leads_lead_export"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """What the list shows, as a file."""
        if not (may_see(request) and request.user.has_perm("leads.export_lead")):
            raise PermissionDenied
        if kind not in EXPORTS:
            return HttpResponse(status=404)
        return export(kind, self.get_changelist_instance(request).get_queryset(request))

    # Deleting a lead forgets the person: the conversations go, where their words would else still stand.

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        going = Session.objects.filter(pk__in=[lead.session_id for lead in _with_merged(list(objs))])
        _names, counts, _forbidden, kept = super().get_deleted_objects(going, request)
        allowed = set() if request.user.has_perm("leads.delete_lead") else {str(self.opts.verbose_name)}
        return [str(lead) for lead in objs], counts, allowed, kept

    def delete_model(self, request: HttpRequest, obj: Lead) -> None:
        _forget_people([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        _forget_people(list(queryset))


def _with_merged(leads: list[Lead]) -> list[Lead]:
    return [*leads, *Lead.objects.filter(merged_into__in=leads)]


@transaction.atomic
def _forget_people(leads: list[Lead]) -> None:
    gone = _with_merged(leads)
    sessions = [lead.session_id for lead in gone]
    LogEntry.objects.filter(content_type__app_label="leads", object_id__in=[str(lead.pk) for lead in gone]).update(
        object_repr=_("a lead that was deleted")
    )
    tell_when_gone(sessions)
    delete_with_files(Session.objects.filter(pk__in=sessions))

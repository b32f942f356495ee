"""The staff pages of conflicts: what two documents say differently or twice, side by side, and what to do about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knowledge.models import Conflict, Document
from lib.staff.cells import Tone, badge
from lib.staff.lists import OrderedList

TONES = {
    Conflict.State.OPEN: Tone.WAITING,
    Conflict.State.DISMISSED: Tone.QUIET,
    Conflict.State.RESOLVED: Tone.SUCCESS,
}
TOPICS = {
    "money": gettext_lazy("Two prices"),
    "share": gettext_lazy("Two percentages"),
    "date": gettext_lazy("Two dates"),
    "hours": gettext_lazy("Two opening hours"),
    "clock": gettext_lazy("Two times"),
    "phone": gettext_lazy("Two telephone numbers"),
    "duration": gettext_lazy("Two durations"),
    "count": gettext_lazy("Two numbers"),
}
OPEN_FIRST = Case(When(state=Conflict.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two passages: its quote around the figure, and where its document is changed."""

    document: Document
    heading: str
    passage: str
    before: str
    figure: str
    after: str
    other_name: str
    other_url: str
    is_other_editable: bool

    @property
    def has_more(self) -> bool:
        return bool(self.figure) and len(self.passage) > len(self.before + self.figure + self.after)


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """A conflict as it is shown."""

    conflict: Conflict
    words: str
    state: SafeString
    sides: tuple[Side, Side]
    elsewhere: int  # more pairs of documents with the same two quotes


class DismissForm(forms.Form):
    reason = forms.ChoiceField(choices=Conflict.Reason.choices)
    note = forms.CharField(required=False, max_length=300)


@admin.register(Conflict)
class ConflictAdmin(admin.ModelAdmin):
    list_display = ("__str__",)
    list_filter = ("state", "kind", ("agent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agent", "one", "other")
    list_order = ("state_order", "kind", "-found_at", "pk")
    list_per_page = 20
    search_fields = ("one_quote", "other_quote", "one__name", "other__name")
    search_help_text = gettext_lazy("Words of either passage, or a document's name")
    actions = None
    agent_place = "conflicts"
    opens_with: ClassVar[dict[str, str]] = {"state__exact": "open"}
    change_list_template = "admin/knowledge/conflict/change_list.html"
    empty_text = gettext_lazy(
        "No conflicts: no two documents say the same thing differently, or twice, as far as was seen."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conflict]:
        """Of those with the same two quotes the first; of open ones those whose documents are answered from."""
        first = Conflict.objects.filter(agent=OuterRef("agent"), alike=OuterRef("alike"), state=OuterRef("state"))
        shown = Conflict.objects.filter(~Q(state=Conflict.State.OPEN) | Q(pk__in=Conflict.objects.open().values("pk")))
        open_ones = Q(state=Conflict.State.OPEN)
        first = first.filter(~open_ones | Q(pk__in=Conflict.objects.open().values("pk")), pk__lt=OuterRef("pk"))
        shown = shown.exclude(Exists(first))
        return shown.annotate(state_order=OPEN_FIRST).defer("one__text", "other__text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderedList]:
        return OrderedList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            response.context_data |= self._context(request, list(response.context_data["cl"].result_list))
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One conflict alone, for a link to it."""
        found = Conflict.objects.filter(pk=self._pk(object_id)).select_related(*self.list_select_related).first()
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(found)}
        context |= {"conflict": found, **self._context(request, [found])}
        return TemplateResponse(request, "admin/knowledge/conflict/page.html", context)

    def _pk(self, object_id: str) -> Any:
        try:
            return forms.UUIDField().clean(object_id)
        except forms.ValidationError:
            raise Http404 from None

    def _context(self, request: HttpRequest, found: list[Conflict]) -> dict[str, Any]:
        alike = Conflict.objects.filter(alike__in=[each.alike for each in found]).values_list("alike", "agent", "state")
        times = Counter(alike)
        return {
            "cards": [_card(each, times[each.alike, each.agent_id, each.state] - 1) for each in found],
            "reasons": Conflict.Reason.choices,
            "may_close": self.has_change_permission(request),
            "may_open": request.user.has_perm("knowledge.view_document"),
            "query": request.GET.urlencode(),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/dismiss/", view(self.dismiss_view), name="knowledge_conflict_dismiss"),
            path("<uuid:pk>/reopen/", view(self.reopen_view), name="knowledge_conflict_reopen"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def dismiss_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """It is no conflict, or one that stays."""
        conflict, form = self._to_change(request, pk), DismissForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose why it is dismissed."))
        elif conflict.dismiss(form.cleaned_data["reason"], form.cleaned_data["note"], request.user.get_username()):
            self.log_change(request, conflict, _("Dismissed"))
            messages.success(request, _("Dismissed. It does not come back unless what is said there changes."))
        else:
            messages.warning(request, _("It is not open any more."))
        return self._back(request)

    @method_decorator(require_POST)
    def reopen_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """It was dismissed by mistake."""
        conflict = self._to_change(request, pk)
        if conflict.reopen():
            self.log_change(request, conflict, _("Opened again"))
            messages.success(request, _("It is open again."))
        else:
            messages.warning(request, _("It is not dismissed any more."))
        return self._back(request)

    def _to_change(self, request: HttpRequest, pk: Any) -> Conflict:
        conflict = get_object_or_404(Conflict, pk=pk)
        if not self.has_change_permission(request, conflict):
            raise PermissionDenied
        return conflict

    def _back(self, request: HttpRequest) -> HttpResponse:
        """To the list as it was filtered."""
        return HttpResponseRedirect(f"{reverse('admin:knowledge_conflict_changelist')}?{request.GET.urlencode()}")


def _card(conflict: Conflict, elsewhere: int) -> ConflictCard:
    is_duplicate = conflict.kind == Conflict.Kind.DUPLICATE
    words = _("The same passage twice") if is_duplicate else str(TOPICS.get(conflict.topic, _("Two values")))
    state = badge(conflict.get_state_display(), TONES[Conflict.State(conflict.state)])
    return ConflictCard(
        conflict, words, state, (_side(conflict, "one", "other"), _side(conflict, "other", "one")), elsewhere
    )


def _side(conflict: Conflict, name: str, other_name: str) -> Side:
    def its(field: str) -> Any:
        return getattr(conflict, f"{name}_{field}")

    other: Document = getattr(conflict, other_name)
    quote, start, end = its("quote"), its("start"), its("end")
    return Side(
        document=getattr(conflict, name),
        heading=its("heading"),
        passage=its("text"),
        before=quote[:start],
        figure=quote[start:end],
        after=quote[end:],
        other_name=other.name,
        other_url=reverse("admin:knowledge_document_change", args=[other.pk]),
        is_other_editable=other.website_id is None,
    )

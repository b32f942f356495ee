"""Staff say that leads are one person, and take it back: on the page of a lead, and for those chosen in the list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from leads import merging
from leads.models import Lead
from lib.text import clean

MAX_CHOSEN = 50  # in the list, at a time
MAX_WORDS_CHARS = 100


class MergesLeads(admin.ModelAdmin):
    """A ModelAdmin of leads with what it takes to merge them."""

    actions = ("merge_chosen",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:pk>/merge/", wrap(self.merge_view), name="leads_lead_merge"),
            path("<uuid:pk>/apart/", wrap(self.apart_view), name="leads_lead_apart"),
            *super().get_urls(),
        ]

    def merging(self, request: HttpRequest, lead: Lead) -> dict[str, Any]:
        """What the page of a lead shows of it: who may be the same person, as far as one may say so."""
        words = clean(request.GET.get("same", ""))[:MAX_WORDS_CHARS]
        may_merge = lead.merged_into_id is None and self.has_change_permission(request, lead)
        return {"same": words, "may_merge": may_merge, "alike": merging.proposed(lead, words) if may_merge else []}

    @method_decorator(require_POST)
    def merge_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Merge another lead into this one."""
        into, other = self._lead(request, pk), self._lead(request, request.POST.get("lead", ""))
        self._merged(request, [other], into)
        return _page_of(into)

    @method_decorator(require_POST)
    def apart_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Take a lead out of the one it was merged into."""
        lead = self._lead(request, pk)
        into = lead.merged_into or lead
        merging.take_apart(lead)
        self.log_change(request, lead, _("Taken apart."))
        own = format_html('<a href="{}">{}</a>', reverse("admin:leads_lead_change", args=[lead.pk]), lead)
        self.message_user(request, format_html(_("{} stands for itself again."), own))
        return _page_of(into)

    @admin.action(description=gettext_lazy("Merge: they are one person"), permissions=["change"])
    def merge_chosen(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        """All into the oldest, whose page takes them apart again."""
        chosen = list(queryset.order_by("created_at", "pk")[: MAX_CHOSEN + 1])
        if not 2 <= len(chosen) <= MAX_CHOSEN:
            words = _("Choose two leads or more, at most %(most)s.") % {"most": MAX_CHOSEN}
            self.message_user(request, words, messages.WARNING)
            return None
        self._merged(request, chosen[1:], chosen[0])
        return _page_of(chosen[0])

    def _merged(self, request: HttpRequest, others: list[Lead], into: Lead) -> None:
        done = 0
        for other in others:
            try:
                merging.merge(other, into)
            except merging.NotMerged as refused:
                self.message_user(request, f"{other}: {refused}", messages.ERROR)
                continue
            done += 1
            self.log_change(request, other, _("Merged into another lead."))
        if done:
            words = ngettext(
                "%(count)s lead is merged into this one. “Take apart” below undoes it.",
                "%(count)s leads are merged into this one. “Take apart” below undoes it.",
                done,
            )
            self.message_user(request, words % {"count": done})

    def _lead(self, request: HttpRequest, pk: uuid.UUID | str) -> Lead:
        lead = self.get_object(request, str(pk))
        if lead is None or not self.has_change_permission(request, lead):
            raise PermissionDenied
        return lead


def _page_of(lead: Lead) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:leads_lead_change", args=[lead.pk]))

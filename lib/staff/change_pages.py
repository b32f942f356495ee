"""Adds context to the admin page of one row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


class ChangePage(admin.ModelAdmin):
    """A ModelAdmin whose page for one row has additional context, from `fill_page`."""

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        """Add to the template's context; `obj` is None on the page that adds a row."""

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        self.fill_page(request, context, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


class StaysOnPage(admin.ModelAdmin):
    """A ModelAdmin that comes back to the page that was saved: staff go on there, and read what it says of it."""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._stay(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._stay(request, obj) or super().response_post_save_change(request, obj)

    def _stay(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect | None:
        """Back to the page of the row; None for those who may not see it."""
        if not self.has_view_or_change_permission(request, obj):
            return None
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        filters: dict[str, Any] = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, url))

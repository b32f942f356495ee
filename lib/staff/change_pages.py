"""Adds context to the admin page of one row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse


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

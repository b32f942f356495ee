"""The admin site: a first page that says what to do now, and another page for what only administrators need."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.staff import home
from lib.staff.week import Week


class StaffSite(AdminSite):
    """Apps with `in_staff_menu = True` in their `AppConfig` are in the menu; all others are under “Administration”."""

    site_header = site_title = gettext_lazy("Salesagent")
    index_title = gettext_lazy("Home")
    empty_value_display = "–"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Like Django's, but signed out staff's scripts get a short refusal instead of the login page."""
        answer = super().admin_view(view, cacheable)

        @wraps(answer)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_from_script(request) and not self.has_permission(request):
                return signed_out()
            response: HttpResponseBase = answer(request, *args, **kwargs)
            return response

        return answered

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        listed = context["available_apps"]
        context["available_apps"] = [app for app in listed if _is_daily(app)]
        context["has_administration"] = len(context["available_apps"]) < len(listed)
        context["staff_pages"] = home.pages(request)
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What to do now, figures of the last seven days, and the agents."""
        charts = home.charts(request, Week.until())
        context = {
            **self.each_context(request),
            "title": _("What to do now"),
            "waiting": home.waiting(request),
            "has_work": home.has_work(request),
            "charts": charts,
            "is_quiet": all(chart.is_empty for chart in charts),
            "cards": home.cards(request),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        view = self.admin_view(self.administration)
        return [path("administration/", view, name="administration"), *super().get_urls()]

    def administration(self, request: HttpRequest) -> TemplateResponse:
        """Everything the admin has pages for: accounts, groups, keys, logins, logs, and the rest."""
        listed = self.get_app_list(request)
        context = {
            **self.each_context(request),
            "title": _("Administration"),
            "app_list": sorted(listed, key=_is_daily),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/administration.html", context)


def is_from_script(request: HttpRequest) -> bool:
    """Whether the request comes from a page's script, which could not show a login page."""
    return "HX-Request" in request.headers or "json" in request.headers.get("Accept", "")


def signed_out() -> JsonResponse:
    """The refusal for a script when staff are signed out. The page shows the words and keeps what was typed."""
    words = _("You are signed out. Sign in again in another tab, then repeat this here.")
    return JsonResponse({"error": words, "detail": words, "fallback_message": None}, status=401)


def _is_daily(app: dict[str, Any]) -> bool:
    return bool(getattr(apps.get_app_config(app["app_label"]), "in_staff_menu", False))

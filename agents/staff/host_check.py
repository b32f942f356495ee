"""The test beside the list of web sites: whether a page may show the agent by what stands in the form, saved or not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.hosts import HostRefusal, host_of, hosts_of, refusal
from agents.models import Agent

MAX_PAGE_CHARS = 2000
MAX_HOSTS_CHARS = 50_000  # a hundred of the longest


class HostCheck(admin.ModelAdmin):
    """Puts an address, a button and their answer under the field; without scripts there are none."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.host_check_view)
        return [path("<uuid:pk>/host-check/", view, name="agents_agent_host_check"), *super().get_urls()]

    @method_decorator(require_POST)
    def host_check_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Whether the page may show the agent, and in words why not."""
        agent = get_object_or_404(Agent, pk=pk)
        if not self.has_view_or_change_permission(request, agent):
            raise PermissionDenied
        own = f"{request.scheme}://{request.get_host()}"
        page = request.POST.get("page", "").strip()[:MAX_PAGE_CHARS]
        try:
            hosts = hosts_of(request.POST.get("hosts", "")[:MAX_HOSTS_CHARS].splitlines())
            may, words = verdict(page, hosts, own=own, is_active="is_active" in request.POST)
        except ValidationError as error:
            return JsonResponse({"may": False, "words": " ".join(error.messages)})
        is_saved = refusal(_with_scheme(page), agent.hosts, own=own, is_active=agent.is_active) is None
        if may and not is_saved:
            words = f"{words} {_('Save the agent first: until then it may not.')}"
        return JsonResponse({"may": may, "words": words})


def verdict(page: str, hosts: list[str], *, own: str = "", is_active: bool = True) -> tuple[bool, str]:
    """Whether the page may show an agent with these hosts, and the words for that. Raises ValidationError for what is
    no address of a page."""
    page = _with_scheme(page)
    origin = host_of(page)  # refuses in words what is none
    missed = refusal(page, hosts, own=own, is_active=is_active)
    if missed is None:
        return True, _("Yes: pages of %(page)s may show this agent.") % {"page": origin}
    reason, host = missed
    return False, _WORDS[reason]() % {"page": origin, "host": host}


def _with_scheme(page: str) -> str:
    return page if "://" in page else f"https://{page}"


_WORDS = {
    HostRefusal.OFF: lambda: _("No: this agent is not active, so no web site shows it."),
    HostRefusal.NO_PAGE: lambda: _("No page is at %(page)s. Write the address of one of its pages."),
    HostRefusal.NONE_LISTED: lambda: _("No: no web site is listed. Add %(page)s."),
    HostRefusal.OTHER: lambda: _("No: %(page)s is not listed."),
    HostRefusal.SUBDOMAIN: lambda: _("No: %(host)s stands for no subdomain. Add %(page)s."),
    HostRefusal.BARE: lambda: _("No: %(host)s stands for subdomains only. Add %(page)s as well."),
    HostRefusal.PORT: lambda: _("No: %(host)s is listed, with another port. Add %(page)s."),
    HostRefusal.SCHEME: lambda: _(
        "No: %(host)s is listed, and this page is not on https. Add %(page)s if that is meant."
    ),
}

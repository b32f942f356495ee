"""Serves the style sheets of an agent; a style attribute or element would violate the Content-Security-Policy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agents.brand import sheets
from agents.brand.custom_css import within_chat
from agents.models import Brand

SOON_S = 300  # for requests without a version, or with an old one
FOR_GOOD_S = 31_536_000  # a year: a change has another address


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The agent's colours and corners."""
    return _sheet(request, sheets.theme(_brand(slug).look))


@require_safe
def custom_css(request: HttpRequest, slug: str) -> HttpResponse:
    """Staff's own style sheet, limited to the chat."""
    return _sheet(request, within_chat(_brand(slug).custom_css))


def _brand(slug: str) -> Brand:
    return get_object_or_404(Brand.objects.select_related("agent"), agent__slug=slug)


def _sheet(request: HttpRequest, css: str) -> HttpResponse:
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    is_this = request.GET.get("v") == sheets.version(css)
    response["Cache-Control"] = f"public, max-age={FOR_GOOD_S}, immutable" if is_this else f"public, max-age={SOON_S}"
    return response

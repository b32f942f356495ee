"""The preview of the chat beside the form of its agent: what unsaved colours, corners and style sheets come to."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from agents.brand.custom_css import MAX_CSS_CHARS, validate_css, within_chat
from agents.brand.sheets import Look, corrections, theme
from agents.models import HEX_COLOUR
from agents.staff.brand_form import BrandInline
from lib.staff.change_pages import ChangePage
from lib.web.content_policy import allow_own_frames


class LookPreview(ChangePage):
    """Puts the brand beside a frame of the agent's own chat; without scripts there is no frame."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_view)
        return [path("look/", view, name="agents_agent_look"), *super().get_urls()]

    @method_decorator(require_POST)
    def look_view(self, request: HttpRequest) -> HttpResponse:
        """The style sheets of a look that is not saved, and what is corrected; a part that is wrong is left out."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        asked = {name: request.POST.get(name, "") for name in ("accent", "accent_dark", "radius", "custom_css")}
        return JsonResponse(_shown(**asked))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and "accent" in form.base_fields:
            form.base_fields["accent"].help_text = corrections(obj.brand.look)
        return form

    def fill_page(self, request: HttpRequest, context: dict[str, Any], obj: Any) -> None:
        if any(isinstance(formset.opts, BrandInline) for formset in context["inline_admin_formsets"]):
            context["preview_url"] = reverse("chat_preview", args=[obj.slug])
            allow_own_frames(request)


def _shown(accent: str, accent_dark: str, radius: str, custom_css: str) -> dict[str, str]:
    shown: dict[str, str] = {}
    if _is_colour(accent):
        look = Look(accent, accent_dark if _is_colour(accent_dark) else "", radius)
        shown |= {"theme": theme(look), "told": corrections(look)}
    try:
        validate_css(custom_css[:MAX_CSS_CHARS])
        shown["own"] = within_chat(custom_css[:MAX_CSS_CHARS])
    except ValidationError as error:
        shown["refused"] = " ".join(error.messages)
    return shown


def _is_colour(text: str) -> bool:
    try:
        HEX_COLOUR(text)
    except ValidationError:
        return False
    return True

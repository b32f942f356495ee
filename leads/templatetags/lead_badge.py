"""The number of leads that nobody has seen, beside their name in the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from leads.staff.unseen import unseen
from lib.staff.cells import Tone

register = template.Library()
KEPT = "_unseen_leads"  # on the request: a page may show the number twice


@register.simple_tag(takes_context=True)
def unseen_badge(context: dict[str, Any]) -> SafeString | str:
    """Nothing where there are none, or who looks may not see leads; one query a page at most."""
    request = context["request"]
    if not hasattr(request, KEPT):
        setattr(request, KEPT, unseen(request.user))
    number: int = getattr(request, KEPT)
    if not number:
        return ""
    words = ngettext("%(number)s that nobody has seen", "%(number)s that nobody has seen", number) % {"number": number}
    return format_html(
        '<span class="badge badge--{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        Tone.WAITING.value,
        words,
        number,
        words,
    )

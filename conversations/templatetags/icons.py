"""Icons of our one sprite: `{% icon "mic" %}` beside words, `{% icon_with_words "mic" words %}` where it is alone."""

from __future__ import annotations

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # there are a few dozen names; a long conversation shows hundreds of icons
def icon(name: str) -> SafeString:
    """What `static/img/icons.svg` draws under this name."""
    address = static("img/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', address, name)


@register.simple_tag
def icon_with_words(name: str, words: str) -> SafeString:
    """The icon, and what it stands for to those who do not see it."""
    return format_html('{}<span class="visually-hidden">{}</span>', icon(name), words)

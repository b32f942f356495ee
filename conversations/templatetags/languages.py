"""Marks texts that are in another language than the page they stand on: `<p{% lang_of text %}>`."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from language.small_words import language_of

register = template.Library()

READ_CHARS = 300  # enough to tell a language; a long conversation has hundreds of messages


@register.simple_tag
def lang_of(text: str) -> SafeString:
    """The attribute that has a screen reader say this text right; "" if its language is the page's, or unclear."""
    return _mark(str(text or "")[:READ_CHARS], get_language() or "")


@lru_cache(maxsize=1024)
def _mark(text: str, page: str) -> SafeString:
    found = language_of(text)
    return format_html(' lang="{}"', found) if found and found != page.partition("-")[0] else SafeString()

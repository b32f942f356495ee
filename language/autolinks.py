"""Links in what a visitor typed: web addresses, e-mail addresses and telephone numbers, and nothing else."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from language.markdown import addresses


def linked(text: str) -> SafeString:
    """The text, escaped, with its addresses as links that open beside the page and tell nothing of it."""
    parts, at = [], 0
    for begin, end, address in addresses(text):
        parts += [escape(text[at:begin]), _anchor(address, text[begin:end])]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 each part is escaped


def _anchor(address: str, shown: str) -> str:
    aside = ' target="_blank" rel="noopener noreferrer nofollow"' if address.startswith("http") else ""
    return f'<a href="{escape(address)}"{aside}>{escape(shown)}</a>'


def paragraphs(text: str) -> SafeString:
    """The same as paragraphs: blank lines part them, single line breaks stay as they are typed."""
    blocks = re.split("\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    return mark_safe("\n\n".join(f"<p>{linked(block)}</p>" for block in blocks))  # noqa: S308 each part is escaped

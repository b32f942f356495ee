"""Finds where in a spoken answer the visitor interrupted. The words that were heard are stored, not the place."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from language.markdown import render

_MARK = "\ue000"  # a private character, which marks the place in the Markdown until that is rendered


def place_of(content: str, heard: str) -> int | None:
    """The length of the beginning of `content` that says `heard`, apart from spaces; None if the words differ."""
    place = 0
    for character in "".join(heard.split()):
        while place < len(content) and content[place].isspace():
            place += 1
        if place == len(content) or content[place] != character:
            return None
        place += 1
    return place


def html_with_mark(content: str, heard: str) -> SafeString:
    """The Markdown as HTML, with a mark behind the words that were heard.

    If the mark cannot be put there, the words are repeated below the answer. That is so inside an address or a table,
    and if the answer was made anew and has other words.
    """
    html = render(content)
    if not heard:
        return format_html("<p>{}</p>{}", _mark(_("Interrupted: nothing of it was heard")), html)
    place = place_of(content, heard)
    if place and _MARK not in content:
        marked = render(content[:place] + _MARK + content[place:])
        before, mark, after = marked.partition(_MARK)
        is_between_tags = before.rfind("<") <= before.rfind(">")
        if mark and before + after == html and is_between_tags:
            here = _mark(_("Interrupted: heard up to here"))
            return mark_safe(f"{before} {here}{after}")  # noqa: S308 made safe by `render`, cut between two tags
    return format_html("{}<p>{} {}</p>", html, _mark(_("Interrupted. Heard until then:")), heard)


def _mark(words: str) -> SafeString:
    return format_html('<strong class="badge badge--waiting">{}</strong>', words)

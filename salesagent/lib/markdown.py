"""Markdown to safe HTML, whole or while it is still being written."""

from __future__ import annotations

import re
from html import unescape

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_stripper = nh3.Cleaner(tags=set())
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}},
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


def render(text: str) -> SafeString:
    """The whole text as sanitised HTML: no script, no image, links open in a new tab without an opener."""
    return _clean(_parser.render(text))


def plain(text: str) -> str:
    """The words alone, for one line in a list."""
    return " ".join(unescape(_stripper.clean(_parser.render(text))).split())


def _clean(html: str) -> SafeString:
    return mark_safe(_cleaner.clean(html))  # noqa: S308 nh3 has just made it safe


# One line of plain words is most of a stream, and needs no parser: it begins no list, heading, quote or code, holds no
# character that could mark anything, and is not over. Whatever else is left to the parser.
_PLAIN = re.compile(r"(?! {0,3}(?:[#>+*=~`|-]|\d{1,9}[.)])| {4}| {0,3}\t)[^\n*_`\[\]<>&!\\~]*")


class LiveMarkdown:
    """Renders a text that grows: finished top-level blocks once, then only the block that is still open.

    A link definition that follows its use resolves only in the final, whole render.
    """

    def __init__(self, text: str = ""):
        self.done = ""  # HTML of every finished block so far
        self.tail = SafeString()  # HTML of the block that is still open
        self.length = 0
        self._open = ""
        if text:
            self.feed(text)

    def feed(self, text: str) -> tuple[SafeString, SafeString]:
        """Append `text`; return the HTML of the blocks it finished and of the block now open."""
        self.length += len(text)
        self._open += text
        if _PLAIN.fullmatch(self._open):
            self.tail = mark_safe(f"<p>{escape(self._open)}</p>" if self._open.strip() else "")  # noqa: S308 escaped
            return SafeString(), self.tail
        finished = SafeString()
        environment: dict[str, object] = {}
        tokens = _parser.parse(self._open, environment)
        last = max((n for n, token in enumerate(tokens) if token.level == 0 and token.map), default=0)
        lines = tokens[last].map if tokens else None
        line = lines[0] if lines else 0
        if line:
            finished = _clean(_parser.renderer.render(tokens[:last], _parser.options, environment))
            self.done += finished
            # Never splitlines(): it also splits where Markdown does not.
            self._open = "\n".join(self._open.split("\n")[line:])
        self.tail = _clean(_parser.renderer.render(tokens[last:], _parser.options, environment))
        return finished, self.tail

"""Markdown to safe HTML: CommonMark with what models and sales texts use beside it, as tables and bare addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from language.phones import EMAIL, dialled, find_phones

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td"}
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
)  # Hebrew to Arabic Extended-A, and their forms
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MATHS = re.compile(r"\\\((?:[^\\\n]|\\(?!\)))*\\\)|\\\[(?:[^\\\n]|\\(?!\]))*\\\]")
_TASK = re.compile(r"\[([ xX])\]\s+")
_LINKED = re.compile(r"://|@|www\.|\d[\d ()./\u00a0\u2010-\u2013-]{5,}\d", re.IGNORECASE)  # worth a closer look
_SAFE_SOURCE = re.compile(r"https?://", re.IGNORECASE)
REMEMBERED = 128  # whole texts: an answer that ends is rendered for each page that shows it

# Only what is surely an address: "Node.js" and "main.py" are none. Mail addresses by our own rule: this one knows few
# of today's domains.
_linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
_linkify.add("ftp:", None)
_linkify.add("//", None)
_WWW = re.compile(r"\bwww\.(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?/?", re.IGNORECASE)

# Calls and mails open in another program: a tab of their own would stay empty.
_APPS = re.compile(r'(<a href="(?:tel|mailto):[^"]*")(?: target="_blank")?(?: rel="[^"]*")?')
_stripper = nh3.Cleaner(tags=set())
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={tag: {"dir"} for tag in _BLOCKS} | {"a": {"href", "title"}, "ol": {"start", "dir"}, "code": {"class"}},
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


@lru_cache(maxsize=REMEMBERED)
def render(text: str) -> SafeString:
    """The whole text as sanitised HTML: no script, no image, links open in a new tab without an opener."""
    return clean(parser.render(text))


def plain(text: str) -> str:
    """The words alone, for one line in a list."""
    return " ".join(unescape(_stripper.clean(parser.render(text))).split())


def clean(html: str) -> SafeString:
    """HTML of the parser without anything that could run, load or hide."""
    cleaned = _cleaner.clean(html)
    if 'href="tel:' in cleaned or 'href="mailto:' in cleaned:
        cleaned = _APPS.sub(r"\1", cleaned)
    return mark_safe(cleaned)  # noqa: S308 nh3 has just made it safe


# --- what CommonMark does not know ----------------------------------------------------------------------------------


def _break(state: StateInline, silent: bool) -> bool:
    """`<br>`, which is the only way to end a line in a table's cell."""
    match = _BREAK.match(state.src, state.pos) if state.src[state.pos] == "<" else None
    if match is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _maths(state: StateInline, silent: bool) -> bool:
    r"""`\(a_1\)` and `\[a\]` stay as they were written: nothing here sets formulas, and the marks belong to them."""
    match = _MATHS.match(state.src, state.pos) if state.src[state.pos] == "\\" else None
    if match is None:
        return False
    if not silent:
        state.pending += match[0]
    state.pos = match.end()
    return True


def _tasks(state: StateCore) -> None:
    """`- [ ]` and `- [x]` as boxes."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        match = _TASK.match(first.content) if first.type == "text" else None
        if match:
            first.content = ("☐ " if match[1] == " " else "☑ ") + first.content[match.end() :]


def _links(state: StateCore) -> None:
    """Bare web addresses, e-mail addresses and telephone numbers, outside code and links."""
    for block in state.tokens:
        if block.type == "inline" and block.children and _LINKED.search(block.content):
            block.children = _with_links(block.children)


def _with_links(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        found += _parts(token) if token.type == "text" and not depth else [token]
    return found


def addresses(text: str) -> list[tuple[int, int, str]]:
    """Where an address stands in a text (begin, end) and where it leads, in order and apart."""
    spans = [(match.index, match.last_index, match.url) for match in _linkify.match(text) or ()]
    spans += [(match.start(), match.end(), f"mailto:{match[0]}") for match in EMAIL.finditer(text)]
    spans += [(match.start(), match.end(), f"https://{match[0]}") for match in _WWW.finditer(text)]
    spans += [(match.start(), match.end(), f"tel:{dialled(match[0])}") for match in find_phones(text)]
    apart: list[tuple[int, int, str]] = []
    for span in sorted(spans):
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart


def _parts(token: Token) -> list[Token]:
    text, at, parts = token.content, 0, list[Token]()
    for begin, end, url in addresses(text):
        if begin > at:
            parts.append(_text(text[at:begin]))
        parts += [Token("link_open", "a", 1, attrs={"href": url}), _text(text[begin:end]), Token("link_close", "a", -1)]
        at = end
    return [*parts, _text(text[at:])] if at else [token]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _directions(state: StateCore) -> None:
    """Each block runs the way its own first letter does; said only in texts where that can differ."""
    if not _RIGHT_TO_LEFT.search(state.src):
        return
    for token in state.tokens:
        if token.nesting == 1 and token.tag in _BLOCKS:
            token.attrSet("dir", "auto")


def _image(renderer: Any, tokens: Sequence[Token], at: int, options: Any, environment: Any) -> str:
    """Its words as a link: an image would load from another host, and without it the words would be gone too."""
    words = renderer.renderInlineAsText(tokens[at].children or [], options, environment).strip() or _("Image")
    source = str(tokens[at].attrs.get("src", ""))
    return f'<a href="{escape(source)}">{escape(words)}</a>' if _SAFE_SOURCE.match(source) else escape(words)


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    made.inline.ruler.before("escape", "maths", _maths)
    made.inline.ruler.before("autolink", "break", _break)
    rules: list[tuple[str, Callable[[StateCore], None]]] = [
        ("tasks", _tasks),
        ("links", _links),
        ("directions", _directions),
    ]
    for name, rule in rules:
        made.core.ruler.push(name, rule)
    made.add_render_rule("image", _image)
    return made


parser = _parser()

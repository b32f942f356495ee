"""Markdown to safe HTML: CommonMark with what models and sales texts use beside it, as tables and bare addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape, unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from linkify_it import LinkifyIt
from pyromark import Options, events_with_range

from language.phones import EMAIL, dialled, find_phones

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("sub", "sup"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td"}
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
)  # Hebrew to Arabic Extended-A, and their forms
_LINKED = re.compile(r"://|@|www\.|\d[\d ()./\u00a0\u2010-\u2013-]{5,}\d", re.IGNORECASE)  # worth a closer look
_SAFE_SOURCE = re.compile(r"https?://", re.IGNORECASE)
_RUNS = re.compile(r"\s*(?:javascript|vbscript|file|data):", re.IGNORECASE)
REMEMBERED = 128  # whole texts: an answer that ends is rendered for each page that shows it
MAX_DEPTH = 20  # of quotes and lists within each other; nobody means more

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
    return clean(html_of(parse(text)))


def plain(text: str) -> str:
    """The words alone, for one line in a list."""
    return " ".join(unescape(_stripper.clean(html_of(parse(text)))).split())


def clean(html: str) -> SafeString:
    """HTML of the parser without anything that could run, load or hide."""
    cleaned = _cleaner.clean(html)
    if 'href="tel:' in cleaned or 'href="mailto:' in cleaned:
        cleaned = _APPS.sub(r"\1", cleaned)
    return mark_safe(cleaned)  # noqa: S308 nh3 has just made it safe


# --- what CommonMark does not know ----------------------------------------------------------------------------------

Event = tuple[Any, int]  # of the parser, and where in the text it begins, in characters; an end has its start's place
References = Mapping[str, tuple[str, str]]  # address and title of link definitions by `label_of`

_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
# What the parser would take for something else is hidden from it, one private character for one of the text's, and
# shown again in what it makes. HTML is text here; formulas stay as they were written, and the marks belong to them;
# one "~" means "about"; a footnote is text too, or its first word would be the address of a link. What is escaped is
# left alone, and "<" where it begins an address.
# A formula has at most 400 characters: one that never ends would else be looked for from each of its beginnings on.
# Whether "**" opens depends on its neighbours: for what often stands there, the signs are punctuation too.
_HIDDEN = {code: chr(0x10F000 + code) for code in range(128)}
_HIDDEN |= {ord(each): chr(0x12470 + number) for number, each in enumerate("<~\\()")}
_SHOWN = {ord(hidden): code for code, hidden in _HIDDEN.items()}
_TO_HIDE = re.compile(
    r"(?P<maths>\\\((?:[^\\\n]|\\(?!\))){0,400}\\\)|\\\[(?:[^\\\n]|\\(?!\])){0,400}\\\])"
    r"|\\[\x21-\x7e]"
    r"|(?P<about>(?<!~)~(?!~))"
    r"|(?P<note>\[\^[\w-]{1,20}\](?!\())"
    r"|(?P<html>(?<!\]\()(?<!\]:\x20)<(?![a-z][a-z0-9+.-]{1,31}:[^\s<>]*>|[^\s<>@]+@[^\s<>@]+>))",
    re.IGNORECASE,
)
_BREAK = re.compile(rf"{_HIDDEN[ord('<')]}br\s*/?>", re.IGNORECASE)  # the one way to end a line in a cell
_RAISED = re.compile(  # "H<sub>2</sub>O", which Markdown has no mark for
    rf"{_HIDDEN[ord('<')]}(su[bp])>([^<>]{{1,40}}?){_HIDDEN[ord('<')]}/\1>", re.IGNORECASE
)
_NOTE = re.compile("{0}{1}([^ {0}]+?){2}".format(*(_HIDDEN[ord(sign)] for sign in "[^]")))


def parse(text: str, references: References | None = None) -> list[Event]:
    """The parser's events. `references` are links that were defined before this text."""
    hidden = _TO_HIDE.sub(_hide, text) if any(sign in text for sign in ("<", "~", "\\", "[^")) else text
    resolve: Callable[[Any], tuple[str, str] | None] | None = None
    if references:
        resolve = lambda link: references.get(label_of(link["reference"]))  # noqa: E731 the parser takes None as well
    found = events_with_range(hidden, options=_OPTIONS, merge_text=True, broken_link_callback=resolve)
    if hidden.isascii():
        return [(event, place["start"]) for event, place in found]
    return list(_in_characters(hidden.encode(), [(event, place["start"]) for event, place in found]))


def _in_characters(text: bytes, events: Iterable[Event]) -> Iterator[Event]:
    """The same events, whose places were bytes of the text in UTF-8."""
    known, last = {0: 0}, 0
    for event, place in events:
        if place not in known:
            known[place] = known[last] + len(text[last:place].decode())
            last = place
        yield event, known[place]


def label_of(label: str) -> str:
    """A link's label as it is compared: the same whatever its case and its spaces."""
    return " ".join(label.casefold().split())


def _hide(match: re.Match[str]) -> str:
    return match[0].translate(_HIDDEN) if match.lastgroup else match[0]


# --- HTML -----------------------------------------------------------------------------------------------------------

_INLINE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "s"}


def html_of(events: Iterable[Event]) -> str:
    """The events as HTML that still has to be cleaned."""
    return _Writer(events).html()


class _Writer:
    """Writes events as HTML, one method for what a block or a link needs."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = list(events)
        self._out: list[str] = []
        self._links = self._depth = 0  # how many are open
        self._images: list[tuple[str, int]] = []  # those that are open: their source, and where their words begin
        self._is_in_code = self._is_in_head = self._has_rows = False
        self._dir = ""

    def html(self) -> str:
        if any(_RIGHT_TO_LEFT.search(event["Text"]) for event, _place in self._events if "Text" in event):
            self._dir = ' dir="auto"'  # each block runs the way its own first letter does
        on: dict[str, Callable[[Any], None]] = {
            "Text": self._text,
            "Start": self._start,
            "End": self._end,
            "Code": self._code,
            "TaskListMarker": self._task,
            "Html": self._as_text,
            "InlineHtml": self._as_text,
        }
        for event, _place in self._events:
            if isinstance(event, str):
                self._out.append("<hr>\n" if event == "Rule" else "<br>\n")
            else:
                ((kind, value),) = event.items()
                on[kind](value)
        return "".join(self._out)

    # --- inline ---------------------------------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        if self._is_in_code or text.isascii():
            self._words(_shown(text))
            return
        first, *others = _BREAK.split(_NOTE.sub(r"[\1]", text))
        self._line(first)
        for other in others:
            self._out.append("<br>\n")
            self._line(other)

    def _line(self, text: str) -> None:
        before, *others = _RAISED.split(text)
        self._words(_shown(before))
        for tag, raised, behind in zip(others[::3], others[1::3], others[2::3], strict=True):
            self._out.append(f"<{tag.lower()}>{_escaped(raised)}</{tag.lower()}>")
            self._words(_shown(behind))

    def _words(self, text: str) -> None:
        """Text with its bare addresses as links, outside code and links."""
        at = 0
        if not (self._is_in_code or self._links) and _LINKED.search(text):
            for begin, end, url in addresses(text):
                before, shown = escape(text[at:begin]), escape(text[begin:end])
                self._out.append(f'{before}<a href="{escape(url)}">{shown}</a>')
                at = end
        self._out.append(escape(text[at:]))

    def _code(self, text: str) -> None:
        self._out.append(f"<code>{_escaped(text)}</code>")

    def _task(self, is_done: bool) -> None:
        self._out.append("☑ " if is_done else "☐ ")

    def _as_text(self, text: str) -> None:
        self._out.append(_escaped(text))

    def _link(self, address: str, title: str) -> None:
        self._links += 1
        href = "" if _RUNS.match(address) else f' href="{_escaped(address)}"'
        self._out.append(f'<a{href} title="{_escaped(title)}">' if title else f"<a{href}>")

    def _image_end(self) -> None:
        """Its words as a link: an image would load from another host, and without it the words would be gone too."""
        source, start = self._images.pop()
        words = " ".join(unescape(_stripper.clean("".join(self._out[start:]))).split()) or _("Image")
        del self._out[start:]
        is_link = _SAFE_SOURCE.match(source) and not self._links
        self._out.append(f'<a href="{escape(source)}">{escape(words)}</a>' if is_link else escape(words))

    # --- blocks ---------------------------------------------------------------------------------------------------

    def _start(self, tag: Any) -> None:
        name, value = _named(tag)
        match name:
            case "Paragraph":
                self._out.append(f"<p{self._dir}>")
            case "Emphasis" | "Strong" | "Strikethrough":
                self._out.append(f"<{_INLINE[name]}>")
            case "Link":
                self._link(_shown(value["dest_url"]), _shown(value["title"]))
            case "Image":
                self._images.append((_shown(value["dest_url"]), len(self._out)))
            case "Heading":
                self._out.append(f"<{value['level'].lower()}{self._dir}>")
            case "List" | "Item" | "BlockQuote":
                self._open(name, value)
            case "CodeBlock":
                self._is_in_code = True
                words = _shown(value["Fenced"]).split() if isinstance(value, dict) else []
                self._out.append(f'<pre><code class="language-{escape(words[0])}">' if words else "<pre><code>")
            case "Table":
                self._out.append("<table>\n")
            case "TableHead":
                self._is_in_head, self._has_rows = True, False
                self._out.append("<thead>\n<tr>\n")
            case "TableRow":
                self._out.append("<tr>\n" if self._has_rows else "<tbody>\n<tr>\n")
                self._has_rows = True
            case "TableCell":
                self._out.append(f"<{'th' if self._is_in_head else 'td'}{self._dir}>")

    def _end(self, tag: Any) -> None:
        name, value = _named(tag)
        match name:
            case "Paragraph":
                self._out.append("</p>\n")
            case "Emphasis" | "Strong" | "Strikethrough":
                self._out.append(f"</{_INLINE[name]}>")
            case "Link":
                self._links -= 1
                self._out.append("</a>")
            case "Image":
                self._image_end()
            case "Heading":
                self._out.append(f"</{value.lower()}>\n")
            case "List" | "Item" | "BlockQuote":
                self._close(name, value)
            case "CodeBlock":
                self._is_in_code = False
                self._out.append("</code></pre>\n")
            case "Table":
                self._out.append("</tbody>\n</table>\n" if self._has_rows else "</table>\n")
            case "TableHead":
                self._is_in_head = False
                self._out.append("</tr>\n</thead>\n")
            case "TableRow":
                self._out.append("</tr>\n")
            case "TableCell":
                self._out.append(f"</{'th' if self._is_in_head else 'td'}>\n")

    def _open(self, name: str, value: Any) -> None:
        self._depth += 1
        if self._depth > 2 * MAX_DEPTH:
            return
        if name == "Item":
            self._out.append(f"<li{self._dir}>")
        elif name == "BlockQuote":
            self._out.append(f"<blockquote{self._dir}>\n")
        elif value is None:
            self._out.append(f"<ul{self._dir}>\n")
        else:
            self._out.append(f"<ol{self._dir}>\n" if value == 1 else f'<ol start="{value}"{self._dir}>\n')

    def _close(self, name: str, value: Any) -> None:
        self._depth -= 1
        if self._depth >= 2 * MAX_DEPTH:
            return
        closed = {"Item": "li", "BlockQuote": "blockquote", "List": "ol" if value else "ul"}[name]
        self._out.append(f"</{closed}>\n")


def _named(tag: Any) -> tuple[str, Any]:
    return (tag, None) if isinstance(tag, str) else next(iter(tag.items()))


def _shown(text: str) -> str:
    return text if text.isascii() else text.translate(_SHOWN)


def _escaped(text: str) -> str:
    return escape(_shown(text))


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

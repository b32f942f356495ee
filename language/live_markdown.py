"""Markdown that is still being written: finished blocks once, then only the block that is still open."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from pyromark import reference_definitions

from language.markdown import Event, addresses, clean, html_of, label_of, parse

# One line of plain words is most of a stream, and needs no parser: it begins no list, heading, quote or code, holds no
# character that could mark anything, and is not over. Whatever else is left to the parser.
_PLAIN = re.compile(r"(?! {0,3}(?:[#>+*=~`|-]|\d{1,9}[.)])| {4}| {0,3}\t)[^\n*_`\[\]<>&!\\~@\u0590-\u08ff]*")
_ADDRESS = re.compile(r"://|www\.|\d[\d ()./-]{5,}\d", re.IGNORECASE)
# Pages are sent the open block anew with each frame, so what is finished in it must leave it, and a long one must not
# come with each frame: a block of n characters then costs some 30 times n in all, instead of n squared.
LONG_LIST_CHARS = 400  # of an open list: from here on its finished items count as a list of their own
STEADY_CHARS, SHARE = 800, 16  # a longer block is drawn again once it has grown by this share of itself
# A larger open block is shown as it is written until it ends: drawing 400 columns takes a third of a second.
MAX_DRAWN_CHARS = 8_000
REMEMBERED = 64  # states of open blocks: pages that show the same answer ask for the same ones
_MARK = re.compile(r"\s*[\d.)*+-]{0,9}")  # the beginning of an item of the list above, or of something else
_NUMBER = re.compile(r" {0,3}(\d{1,9})[.)]")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")

References = tuple[tuple[str, str, str], ...]  # label, address and title of link definitions


class LiveMarkdown:
    """Renders a text that grows: finished top-level blocks once, then only the block that is still open.

    A link definition that follows its use resolves only in the final, whole render.
    """

    def __init__(self, text: str = ""):
        self.done = ""  # HTML of every finished block so far
        self.tail = SafeString()  # HTML of the block that is still open
        self.length = 0  # characters taken
        self.shown = 0  # of these, how many the HTML stands for
        self._open = ""
        self._drawn_chars = 0
        self._references: References = ()
        if text:
            self.feed(text, now=True)

    @property
    def open_chars(self) -> int:
        """The size of the block that is still open: what drawing it costs."""
        return len(self._open)

    def feed(self, text: str, *, now: bool = False) -> tuple[SafeString, SafeString] | None:
        """Append `text`; return the HTML of the blocks it finished and of the block now open.

        None while a long open block has grown too little to be worth drawing again, unless it must be drawn `now`.
        """
        self.length += len(text)
        self._open += text
        grown = len(self._open) - self._drawn_chars
        if not now and len(self._open) > STEADY_CHARS and grown < len(self._open) // SHARE:
            return None
        finished, self.tail, self._open, self._references = _drawn(self._open, self._references)
        self.done += finished
        self._drawn_chars, self.shown = len(self._open), self.length
        return finished, self.tail


@lru_cache(maxsize=REMEMBERED)
def _drawn(text: str, references: References) -> tuple[SafeString, SafeString, str, References]:
    """Of an open end of a text: what is finished in it, what is not, the text of the latter, and the links defined."""
    if _PLAIN.fullmatch(text) and not (_ADDRESS.search(text) and addresses(text)):
        return SafeString(), _as_written(text), text, references
    if len(text) > MAX_DRAWN_CHARS and "\n\n" not in text:
        return SafeString(), _as_written(text), text, references
    events = parse(text, {label: (address, title) for label, address, title in references})
    last, place = _last_block(events, text)
    item = _last_item(events[last:], text) if len(text) > LONG_LIST_CHARS else None
    if item is not None:
        at, place, number = item
        opening, _place = events[last]
        finished_events = [*events[: last + at], _closing(opening)]
        open_events = [_opening(opening, number), *events[last + at :]]
    else:
        finished_events, open_events = events[:last], events[last:]
    if not place:
        return SafeString(), clean(html_of(open_events)), text, references
    return (
        clean(html_of(finished_events)),
        clean(html_of(open_events)),
        text[place:],
        _defined(text[:place], references),
    )


def _as_written(text: str) -> SafeString:
    if not text.strip():
        return SafeString()
    if _FENCE.match(text):
        return mark_safe(f"<pre><code>{escape(text.partition(chr(10))[2])}</code></pre>")  # noqa: S308 escaped
    return mark_safe("<p>" + escape(text).replace("\n", "<br>\n") + "</p>")  # noqa: S308 escaped


def _defined(finished: str, before: References) -> References:
    """The link definitions that are over: one that is still being written has half an address."""
    if "]:" not in finished:
        return before
    found = reference_definitions(finished)
    new = [(label_of(label), link["dest"], link["title"] or "") for label, link in found.items()]
    known = {label for label, *_ in before}
    return (*before, *(link for link in new if link[0] not in known))


def _last_block(events: list[Event], text: str) -> tuple[int, int]:
    """Number and place of the last top-level block; of the one before while the last may yet join that."""
    tops, depth = [], 0
    for number, (event, _place) in enumerate(events):
        if depth == 0:
            tops.append(number)
        depth += ("Start" in event) - ("End" in event)
    if not tops:
        return 0, 0
    last_line = text.rfind("\n") + 1
    if len(tops) > 1 and events[tops[-1]][1] >= last_line:
        may_be_row = _starts(events[tops[-2]][0]) == "Table" and not text[:last_line].endswith("\n\n")
        if may_be_row or _MARK.fullmatch(text, last_line):
            tops.pop()
    return tops[-1], _line_of(text, events[tops[-1]][1])


def _last_item(events: list[Event], text: str) -> tuple[int, int, str] | None:
    """Number, place and written number of the last item of an open list; None where none before it is finished."""
    if not events or _starts(events[0][0]) != "List":
        return None
    items, depth = [], 0
    for number, (event, _place) in enumerate(events):
        if depth == 1 and _starts(event) == "Item":
            items.append(number)
        depth += ("Start" in event) - ("End" in event)
    if len(items) < 2:
        return None
    begin = events[items[-1]][1]
    written = _NUMBER.match(text, begin)
    return items[-1], _line_of(text, begin), written[1] if written else ""


def _starts(event: Any) -> str:
    if not isinstance(event, dict) or "Start" not in event:
        return ""
    tag = event["Start"]
    return tag if isinstance(tag, str) else str(next(iter(tag)))


def _line_of(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _opening(event: Any, number: str) -> Event:
    is_numbered = event["Start"]["List"] is not None and number
    return {"Start": {"List": int(number) if is_numbered else None}}, 0


def _closing(event: Any) -> Event:
    return {"End": {"List": event["Start"]["List"] is not None}}, 0

"""Markdown that is still being written: finished blocks once, then only the block that is still open."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from language.markdown import addresses, clean, parser

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
    environment: dict[str, Any] = {"references": {label: {"href": h, "title": t} for label, h, t in references}}
    tokens = parser.parse(text, environment)
    last, line = _last_block(tokens, text)
    item = _last_item(tokens[last:]) if len(text) > LONG_LIST_CHARS else None
    if item is not None:
        at, line, number = item
        finished_tokens = [*tokens[: last + at], _closing(tokens[last])]
        open_tokens = [_opening(tokens[last], number), *tokens[last + at :]]
    else:
        finished_tokens, open_tokens = tokens[:last], tokens[last:]
    finished, rest = SafeString(), text
    if line:
        finished = clean(parser.renderer.render(finished_tokens, parser.options, environment))
        rest = "\n".join(text.split("\n")[line:])  # never splitlines(): it also splits where Markdown does not
        references = _defined(environment["references"], line)
    return finished, clean(parser.renderer.render(open_tokens, parser.options, environment)), rest, references


def _as_written(text: str) -> SafeString:
    if not text.strip():
        return SafeString()
    if _FENCE.match(text):
        return mark_safe(f"<pre><code>{escape(text.partition(chr(10))[2])}</code></pre>")  # noqa: S308 escaped
    return mark_safe("<p>" + escape(text).replace("\n", "<br>\n") + "</p>")  # noqa: S308 escaped


def _defined(found: dict[str, dict[str, Any]], before_line: int) -> References:
    """The link definitions that are over: one that is still being written has half an address."""
    over = {label: link for label, link in found.items() if link.get("map", (0, 0))[1] <= before_line}
    return tuple((label, str(link["href"]), str(link.get("title", ""))) for label, link in over.items())


def _last_block(tokens: list[Token], text: str) -> tuple[int, int]:
    """Place and first line of the last top-level block; of the one before while the last may yet join that."""
    places = [n for n, token in enumerate(tokens) if token.level == 0 and token.map]
    lines = [token.map[0] for token in tokens if token.level == 0 and token.map]
    if len(places) > 1 and _MARK.fullmatch(text.rsplit("\n", 1)[-1]) and lines[-1] == text.count("\n"):
        places.pop()
        lines.pop()
    return (places[-1], lines[-1]) if places else (0, 0)


def _last_item(tokens: list[Token]) -> tuple[int, int, str] | None:
    """Place, first line and number of the last item of an open list; None where no item before it is finished."""
    if not tokens or tokens[0].type not in ("bullet_list_open", "ordered_list_open"):
        return None
    items = [n for n, token in enumerate(tokens) if token.type == "list_item_open" and token.level == 1]
    lines = tokens[items[-1]].map if len(items) > 1 else None
    return (items[-1], lines[0], tokens[items[-1]].info) if lines else None


def _opening(block: Token, number: str) -> Token:
    is_numbered = block.type == "ordered_list_open" and number.isdigit()
    return Token(block.type, block.tag, 1, attrs={"start": number} if is_numbered else {}, block=True)


def _closing(block: Token) -> Token:
    return Token(block.type.replace("open", "close"), block.tag, -1, block=True)

"""Splits Markdown or plain text, as people paste it, into sections: a trail of headings and the Markdown below."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text import front_matter
from knowledge.text.definition_lists import as_items
from knowledge.text.html_blocks import ENDS, OPENS, without_tags
from knowledge.text.site_code import without_site_code

TRAIL_JOIN = " › "
HEADING_CHARS = 500  # length of the column that stores the trail
# Used in place of a heading's level: a card begins, the innermost card ends, a printed page begins.
_OPENS, _ENDS, _PAGE = -1, -2, -3
PAGE = "\ue012"  # a private character; in a section's text it begins the line with the number of a printed page
_MAX_HEADING_WORDS = 14  # a longer "heading" is really a paragraph


@dataclass(frozen=True, slots=True)
class Section:
    """The text between two headings. `trail` has the outermost heading first; `text` is Markdown without headings.

    `page` is the printed page on which the section begins; None if the document has no pages. In the text, a line of
    PAGE and a number marks where another page begins.
    """

    trail: tuple[str, ...]
    text: str
    page: int | None = None

    @property
    def heading(self) -> str:
        """The trail as one line, cut to HEADING_CHARS."""
        return TRAIL_JOIN.join(self.trail)[:HEADING_CHARS]


_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(={3,}|-{3,}|~{3,}|\*{3,})[ \t]*$")
_BOLD_LINE = re.compile(r"^\s*(\*{2,3}|_{2,3})(?=[^\s*_])((?:(?!\*\*|__)[^|]){2,160})(?<=\S)\1:?(?:\s*\\)?\s*$")
_ENDED_LINE = re.compile(r"(?:[.!?:;)]|\d|\\|  |\|)$|^\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#)|[ap]\.?m$", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(`{3,}(?!.*`)|~{3,})(.*)$")
# Directives of site generators: of ":::tip Good to know" only the title is kept.
_DIRECTIVE = re.compile(
    r"^[ \t]*:{3,}[ \t]*(?:[a-zA-Z][\w-]*)?(?:[ \t]*\{[^}\n]*\})?[ \t]*\[?([^\]\n{]*)\]?"
    r"(?:\{[^}\n]*\})?[ \t]*$",
    re.M,
)
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)([^\n]{1,500}?)(?<!`)\1(?!`)")
_HIDDEN = re.compile(r"\ue000(\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001\ue010-\ue012]")
_PAGE_MARK = re.compile(r"^[ \t]*<!-- page (\d{1,5}) -->[ \t]*$", re.M)
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^)]{0,2000}\)")
_ANCHOR = re.compile(r"\s*\{#[\w:.-]+\}\s*$")
_RULE = re.compile(r"^ {0,3}(?:[-*_][ \t]*){3,}$")


def sections(text: str) -> list[Section]:
    """The sections in order. The trail begins with the title in the front matter, if there is one.

    A heading with nothing below it becomes a section whose text is the heading, so that its words are not lost."""
    front, body = front_matter.read(_normalised(text))
    found = [section for part in (front.markdown, body) for section in _sections(part, front.title)]
    return found or ([Section((front.title,), front.title)] if front.title else [])


def _sections(text: str, title: str) -> Iterator[Section]:
    trail = _Trail([(0, title)] if title else [])
    body: list[str] = []
    page = begun_on = None

    def closed(next_level: int) -> Iterator[Section]:
        clean = "\n".join(body).strip("\n")
        has_text = any(line.strip() and line[:1] != PAGE for line in body)
        body.clear()
        if has_text or trail.ends_empty(next_level):
            yield Section(trail.names, clean if has_text else trail.names[-1], begun_on)
            trail.has_section = True

    for level, line in _classified(_without_html(text).split("\n")):
        if level == _PAGE:
            page = int(line[1:])
        if level in (0, _PAGE):
            body.append(line)
            continue
        yield from closed(level)
        begun_on = page
        if level == _ENDS:
            trail.end()
        elif level == _OPENS:
            trail.open(line)
        elif level > 1 or line.casefold() != title.casefold():  # many pages repeat the title of their front matter
            trail.enter(level, line)
        else:
            trail.leave(level)
    yield from closed(0)


class _Trail:
    """The headings above the current line. At the end of a card the headings are as they were before it."""

    def __init__(self, root: list[tuple[int, str]]):
        self._root, self._floor = len(root), len(root)
        self._entries = root
        self._outside: list[tuple[list[tuple[int, str]], int]] = []  # entries and floor around each open card
        self.has_section = False  # whether a section with the last heading was made

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._entries)

    def ends_empty(self, next_level: int) -> bool:
        """Whether the last heading ends here with nothing below it, so that its words would be lost."""
        if self.has_section or len(self._entries) <= self._root or next_level == _OPENS:
            return False
        return next_level <= self._entries[-1][0]

    def leave(self, level: int) -> None:
        while len(self._entries) > self._floor and self._entries[-1][0] >= level:
            self._entries.pop()
        self.has_section = False

    def enter(self, level: int, name: str) -> None:
        self.leave(level)
        self._entries.append((level, name))

    def open(self, line: str) -> None:
        level, _, name = line.partition(" ")
        if int(level):
            self.leave(int(level))
        self._outside.append((list(self._entries), self._floor))
        if name:
            self._entries.append((int(level), _title(name)))
            self._floor = len(self._entries)
            self.has_section = False

    def end(self) -> None:
        if self._outside:
            self._entries, self._floor = self._outside.pop()
            self.has_section = True


def page_title(text: str) -> str:
    """The title in the page's front matter, else its first heading of level 1; "" if it has neither."""
    return next(iter(_titles(text)), "")


def only_title(text: str) -> str:
    """The page's title; "" if it has none, or several different ones."""
    found = _titles(text)
    return found[0] if len(set(found)) == 1 else ""


def _titles(text: str) -> list[str]:
    front, body = front_matter.read(_normalised(text))
    if front.title:
        return [front.title]
    return [line for level, line in _classified(_without_html(body).split("\n")) if level == 1]


def _normalised(text: str) -> str:
    text = _PRIVATE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    return _PAGE_MARK.sub(rf"\n{PAGE}\1\n", text)


def _without_html(text: str) -> str:
    """Remove the tags and keep their text; fenced code stays as it is."""
    parts: list[str] = []
    plain_lines: list[str] = []
    for line, is_code in _with_code(text.split("\n")):
        if not is_code:
            plain_lines.append(line)
            continue
        if plain_lines:
            parts.append(_strip_tags("\n".join(plain_lines)))
            plain_lines = []
        parts.append(line)
    if plain_lines:
        parts.append(_strip_tags("\n".join(plain_lines)))
    return "\n".join(parts)


def _with_code(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it belongs to fenced code. As in CommonMark, only a fence of the same kind closes it."""
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        yield line, bool(fence or match)
        if not fence and match:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""


def _strip_tags(text: str) -> str:
    spans: list[str] = []

    def hide(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\ue000{len(spans) - 1}\ue001"

    text = _CODE_SPAN.sub(hide, text)
    text = _DIRECTIVE.sub(r"\1", without_tags(without_site_code(text)))
    text = _IMAGE.sub(r"\1", text)
    text = html.unescape(text) if "&" in text else text
    return _HIDDEN.sub(lambda match: spans[int(match[1])], text)


def _classified(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(level, title) for headings, (_OPENS, _ENDS or _PAGE, line) for marks, (0, line) for the rest."""
    at = 0
    lines = as_items(lines, [is_code for _, is_code in _with_code(lines)])
    code = [is_code for _, is_code in _with_code(lines)]
    while at < len(lines):
        line = lines[at].rstrip()
        following = lines[at + 1].rstrip() if at + 1 < len(lines) else ""
        heading = None if code[at] else _heading(line, following, lines[at - 1] if at else "")
        if heading:
            level, title, taken = heading
            at += taken
            if title:
                yield level, title
            continue
        if line[:1] == PAGE:
            yield _PAGE, line
        elif not code[at] and line[:1] in (OPENS, ENDS):
            yield (_OPENS if line[:1] == OPENS else _ENDS), line[1:]
        elif code[at] or not _RULE.match(line):
            yield 0, line
        at += 1


def _heading(line: str, following: str, before: str) -> tuple[int, str, int] | None:
    """(level, title, lines taken), or None. A bold line by itself is a heading of level 7, below all others."""
    if match := _ATX.match(line):
        return len(match[1]), _title(match[2] or ""), 1
    alone = not before.strip()
    underline = _UNDERLINE.match(following)
    if underline and alone and _may_be_title(line):
        return (1 if underline[1][0] in "=*" else 2), _title(line), 2
    bold = _BOLD_LINE.match(line)
    # On pages with line breaks by hand there may be no empty line above. In flowing prose the line above is unfinished.
    if (
        bold
        and (alone or _ENDED_LINE.search(before))
        and _may_be_title(bold[2])
        and not bold[2].rstrip().endswith((".", "!"))
    ):
        return 7, _title(bold[2]), 1
    return None


def _may_be_title(line: str) -> bool:
    line = line.strip()
    return bool(line) and len(line.split()) <= _MAX_HEADING_WORDS and "|" not in line and line[:2] not in ("- ", "* ")


def _title(text: str) -> str:
    text = _ANCHOR.sub("", text)
    text = re.sub(r"\[([^\[\]]*)\]\([^)]{0,2000}\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return " ".join(text.split()).rstrip("#").strip().rstrip(":")

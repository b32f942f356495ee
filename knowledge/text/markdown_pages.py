"""Markdown or plain text, as people paste it, to sections: a trail of headings and the clean Markdown under it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

TRAIL_JOIN = " › "
HEADING_CHARS = 500  # the column that stores the trail
_MAX_HEADING_WORDS = 14  # a longer "heading" is a paragraph that lost its way


@dataclass(frozen=True, slots=True)
class Section:
    """What stands between two headings. `trail` is outermost first, `text` clean Markdown without headings."""

    trail: tuple[str, ...]
    text: str

    @property
    def heading(self) -> str:
        return TRAIL_JOIN.join(self.trail)[:HEADING_CHARS]


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FRONT_KEY = re.compile(r"^(title|name|description|summary|subtitle|excerpt)\s*:\s*(\S.*)$", re.IGNORECASE)
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(={3,}|-{3,}|~{3,}|\*{3,})[ \t]*$")
_BOLD_LINE = re.compile(r"^\s*(\*\*|__)(?=\S)([^*_|]{2,120})(?<=\S)\1:?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DROPPED = re.compile(r"<(script|style|template|svg|iframe)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_HTML_ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_HTML_CELL = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^>]*>", re.IGNORECASE)
_HTML_BREAK = re.compile(
    r"</?(?:p|div|br|tr|ul|ol|li|table|section|article|header|footer|blockquote|details|summary|dl|dt|dd|hr)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][\w:.-]*(?:\s+[\w:@.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^\s>\"']+))?)*\s*/?>")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_ANCHOR = re.compile(r"\s*\{#[\w:.-]+\}\s*$")
_RULE = re.compile(r"^ {0,3}(?:[-*_][ \t]*){3,}$")


def sections(text: str) -> list[Section]:
    """Sections in order; the text before the first heading has an empty trail. Empty sections are left out, unless
    that would lose the words of a heading with nothing below it."""
    front, lines = _without_front_matter(text)
    trail: list[tuple[int, str]] = []
    found: list[Section] = []
    body: list[str] = []

    def close(next_level: int) -> None:
        clean = "\n".join(body).strip("\n")
        body.clear()
        has_child = bool(trail) and next_level > trail[-1][0]
        if clean.strip() or (trail and not has_child):
            found.append(Section(tuple(title for _, title in trail), clean if clean.strip() else trail[-1][1]))

    if front:
        body.extend([front, ""])
    for level, line in _classified(lines):
        if not level:
            body.append(line)
            continue
        close(level)
        while trail and trail[-1][0] >= level:
            trail.pop()
        trail.append((level, line))
    close(0)
    return found


def _without_front_matter(text: str) -> tuple[str, list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    match = _FRONT_MATTER.match(text)
    if not match or ":" not in match[1]:
        return "", _without_html(text).split("\n")
    kept = (_FRONT_KEY.match(line) for line in match[1].splitlines())
    front = ". ".join(found[2].strip().strip("\"'").rstrip(".") for found in kept if found)
    return (f"{front}." if front else ""), _without_html(text[match.end() :]).split("\n")


def _without_html(text: str) -> str:
    """Tags go, their text stays; fenced code is left as it is."""
    parts: list[str] = []
    plain_lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence or match:
            if plain_lines:
                parts.append(_strip_tags("\n".join(plain_lines)))
                plain_lines = []
            parts.append(line)
            fence = "" if fence and match and match[1] == fence else fence or (match[1] if match else "")
        else:
            plain_lines.append(line)
    if plain_lines:
        parts.append(_strip_tags("\n".join(plain_lines)))
    return "\n".join(parts)


def _strip_tags(text: str) -> str:
    if "<" in text:
        text = _DROPPED.sub("\n", _COMMENT.sub("", text))
        text = _HTML_HEADING.sub(lambda match: f"\n\n{'#' * int(match[1])} {' '.join(match[2].split())}\n\n", text)
        text = _HTML_CELL.sub(" – ", text)
        text = _HTML_ITEM.sub("\n- ", text)
        text = _TAG.sub("", _HTML_BREAK.sub("\n", text))
    text = _IMAGE.sub(r"\1", text)
    return html.unescape(text) if "&" in text else text


def _classified(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(heading level, title) for headings, (0, line) for the rest."""
    at, in_fence, above_bold = 0, False, 6
    while at < len(lines):
        line = lines[at].rstrip()
        following = lines[at + 1].rstrip() if at + 1 < len(lines) else ""
        if _FENCE.match(line):
            in_fence = not in_fence
        heading = None if in_fence else _heading(line, following, lines[at - 1] if at else "", above_bold)
        if heading:
            level, title, taken = heading
            if level < 7:
                above_bold = level
            at += taken
            if title:
                yield level, title
            continue
        if in_fence or not _RULE.match(line):
            yield 0, line
        at += 1


def _heading(line: str, following: str, before: str, _above: int) -> tuple[int, str, int] | None:
    """(level, title, lines taken). Bold lines that stand alone count as headings below all others (level 7)."""
    if match := _ATX.match(line):
        return len(match[1]), _title(match[2] or ""), 1
    alone = not before.strip()
    underline = _UNDERLINE.match(following)
    if underline and alone and _may_be_title(line):
        return (1 if underline[1][0] in "=*" else 2), _title(line), 2
    bold = _BOLD_LINE.match(line)
    if bold and alone and _may_be_title(bold[2]) and not bold[2].rstrip().endswith((".", "!")):
        return 7, _title(bold[2]), 1
    return None


def _may_be_title(line: str) -> bool:
    line = line.strip()
    return bool(line) and len(line.split()) <= _MAX_HEADING_WORDS and "|" not in line and line[:2] not in ("- ", "* ")


def _title(text: str) -> str:
    text = _ANCHOR.sub("", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return " ".join(text.split()).rstrip("#").strip().rstrip(":")

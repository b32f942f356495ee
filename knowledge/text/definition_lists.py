"""Turns definition lists of Markdown ("Term", and below it ": its definition") into list items, as for HTML's lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TERM_CHARS = 120
_DEFINITION = re.compile(r"^ {0,3}:[ \t]+(?=\S)(?P<text>.*?)[ \t]*$")
_INDENTED = re.compile(r"^(?: {2,}|\t)\S")
_NO_TERM = re.compile(r"^\s*(?:#{1,6}\s|[-*+•]\s|[|>]|\d{1,3}[.)]\s|:)|[.!?;]$")


def as_items(lines: Sequence[str], is_code: Sequence[bool]) -> list[str]:
    """The lines, with "- Term: text" for each definition. A line with ":" stays as it is if no term is above it."""
    result: list[str] = []
    items: set[int] = set()  # indices in `result` of the items made from definitions
    at = 0
    while at < len(lines):
        definition = None if is_code[at] else _DEFINITION.match(lines[at])
        if definition and len(result) - 1 in items:  # the same term has another definition
            result[-1] = _joined(result[-1], definition["text"])
        elif definition and (terms := _terms_above(result)):
            _begin(result, items, f"- {', '.join(terms)}: {definition['text']}", len(terms))
        elif len(result) - 1 in items and _continues(lines, is_code, at):
            result[-1] = f"{result[-1]} {lines[at].strip()}"
        else:
            result.append(lines[at])
        at += 1
    return result


def _terms_above(result: list[str]) -> list[str]:
    """The terms at the end of the lines so far, one per line; one blank line may follow them."""
    last = len(result) - 1
    if last >= 0 and not result[last].strip():
        last -= 1
    first = last
    while first >= 0 and _may_be_term(result[first]):
        first -= 1
    return [re.sub(r"^(\*\*|__)(.+)\1$", r"\2", line.strip()).rstrip(":") for line in result[first + 1 : last + 1]]


def _may_be_term(line: str) -> bool:
    return 0 < len(line.strip()) <= MAX_TERM_CHARS and not _NO_TERM.search(line.rstrip())


def _begin(result: list[str], items: set[int], item: str, term_count: int) -> None:
    """Replace the terms by the item, with no blank line after the item before, so that all are one list."""
    while result and not result[-1].strip():
        result.pop()
    del result[len(result) - term_count :]
    blank = len(result)
    while blank and not result[blank - 1].strip():
        blank -= 1
    if blank - 1 in items:
        del result[blank:]
    elif result and result[-1].strip():
        result.append("")
    result.append(item)
    items.add(len(result) - 1)


def _continues(lines: Sequence[str], is_code: Sequence[bool], at: int) -> bool:
    """Whether a line continues the definition above: it is indented, or it is text and not the next term."""
    line = lines[at]
    if is_code[at] or not line.strip():
        return False
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return bool(_INDENTED.match(line)) or not (_NO_TERM.match(line) or _DEFINITION.match(following))


def _joined(item: str, text: str) -> str:
    return f"{item} {text}" if item.endswith((".", "!", "?")) else f"{item}, {text}"

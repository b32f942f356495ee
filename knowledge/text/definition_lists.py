"""Definition lists of Markdown ("Term", and below it ": what is said of it") as list items, as those of HTML become."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TERM_CHARS = 120
_SAID = re.compile(r"^ {0,3}:[ \t]+(?=\S)(?P<text>.*?)[ \t]*$")
_INDENTED = re.compile(r"^(?: {2,}|\t)\S")
_NO_TERM = re.compile(r"^\s*(?:#{1,6}\s|[-*+•]\s|[|>]|\d{1,3}[.)]\s|:)|[.!?;]$")


def as_items(lines: Sequence[str], is_code: Sequence[bool]) -> list[str]:
    """The lines with "- Term: text" for each definition. A ":" below something that is no term stays as it is."""
    made: list[str] = []
    items: set[int] = set()  # places in `made` of the items that stand for definitions
    at = 0
    while at < len(lines):
        said = None if is_code[at] else _SAID.match(lines[at])
        if said and len(made) - 1 in items:  # the same term has another definition
            made[-1] = _joined(made[-1], said["text"])
        elif said and (terms := _terms_above(made)):
            _begin(made, items, f"- {', '.join(terms)}: {said['text']}", len(terms))
        elif len(made) - 1 in items and _goes_on(lines, is_code, at):
            made[-1] = f"{made[-1]} {lines[at].strip()}"
        else:
            made.append(lines[at])
        at += 1
    return made


def _terms_above(made: list[str]) -> list[str]:
    """The terms that end the lines so far, one on each line; a blank line may stand below them."""
    last = len(made) - 1
    if last >= 0 and not made[last].strip():
        last -= 1
    first = last
    while first >= 0 and _may_be_term(made[first]):
        first -= 1
    return [re.sub(r"^(\*\*|__)(.+)\1$", r"\2", line.strip()).rstrip(":") for line in made[first + 1 : last + 1]]


def _may_be_term(line: str) -> bool:
    return 0 < len(line.strip()) <= MAX_TERM_CHARS and not _NO_TERM.search(line.rstrip())


def _begin(made: list[str], items: set[int], item: str, term_count: int) -> None:
    """Puts the item in the place of its terms, right below the item before: they are one list."""
    while made and not made[-1].strip():
        made.pop()
    del made[len(made) - term_count :]
    blank = len(made)
    while blank and not made[blank - 1].strip():
        blank -= 1
    if blank - 1 in items:
        del made[blank:]
    elif made and made[-1].strip():
        made.append("")
    made.append(item)
    items.add(len(made) - 1)


def _goes_on(lines: Sequence[str], is_code: Sequence[bool], at: int) -> bool:
    """Whether a line goes on with the definition above: indented, or neither empty nor the term of the next one."""
    line = lines[at]
    if is_code[at] or not line.strip():
        return False
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return bool(_INDENTED.match(line)) or not (_NO_TERM.match(line) or _SAID.match(following))


def _joined(item: str, text: str) -> str:
    return f"{item} {text}" if item.endswith((".", "!", "?")) else f"{item}, {text}"

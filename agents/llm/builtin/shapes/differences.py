"""Shows two things side by side: "the difference between the hot desk and the own desk"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.llm.builtin.question.asks import GENERIC_NOUNS
from agents.llm.builtin.question.question import TRAIL
from agents.llm.builtin.shapes.quote import WHOLE_WORDS, told_apart
from agents.llm.builtin.shapes.rendering import rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table, units
from language.words import STOP_WORDS, stem, words

_ASKED = re.compile(
    r"\b(?:differences? between|compare|comparison (?:of|between)|how (?:does|do|is|are))\s+(?P<one>.+?)\s+"
    r"(?:and|with|to|vs\.?|versus|compared? (?:to|with)|differ(?:ent)? from)\s+(?P<other>.+)",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"(?P<one>.+?)\s+(?:vs\.?|versus|compared (?:to|with))\s+(?P<other>.+)", re.IGNORECASE)
_DIFFERS = re.compile(r"\b(?:differ\w*|compar\w+|vs|versus)\b", re.IGNORECASE)

_CALLED = frozenset(stem(word) for word in GENERIC_NOUNS)


def told_side_by_side(question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """Both of two named things, as rows or columns of one table or as two sections; None if the pages lack one."""
    if not _DIFFERS.search(question):
        return None
    match = _ASKED.search(question.strip(" ?!.")) or _VERSUS.search(question.strip(" ?!."))
    sides = [_stems(match[side]) for side in ("one", "other")] if match else []
    if not all(sides) or len(sides) != 2 or sides[0] == sides[1]:
        return None
    return _rows(sides, passages) or _columns(sides, passages) or _sections(sides, passages)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def _rows(sides: Sequence[frozenset[str]], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    for at in range(len(passages)):
        for table in whole_tables(at, passages):
            found = [[row for row in table.rows if _is_named(row[0], side)] for side in sides]
            if all(len(rows) == 1 for rows in found):
                return rows_markdown(table, [rows[0] for rows in found]), (at,)
    return None


def _columns(sides: Sequence[frozenset[str]], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """Both columns of a table whose members are columns, without the rows in which they are equal."""
    for at in range(len(passages)):
        for table in whole_tables(at, passages):
            places = [[n for n, name in enumerate(table.header) if n and _is_named(name, side)] for side in sides]
            if any(len(found) != 1 for found in places):
                continue
            (one,), (other,) = places
            pairs = [(row[0], row[one], row[other]) for row in table.rows if len(row) > max(one, other)]
            differing = tuple(row for row in pairs if row[1].casefold() != row[2].casefold())
            if differing:
                header = (table.header[0], table.header[one], table.header[other])
                return rows_markdown(Table(header, differing, table.block), differing), (at,)
    return None


def _is_named(name: str, side: frozenset[str]) -> bool:
    """Whether the question names this member, general words aside: "the Solo plan" is Solo."""
    own = _stems(name)
    return bool(own) and own <= side and side - own <= _CALLED


def _sections(sides: Sequence[frozenset[str]], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    named: list[int] = []
    for side in sides:
        own = [at for at, passage in enumerate(passages) if _stems(passage.heading.split(TRAIL)[-1]) == side]
        if not own or sum(len(unit.text.split()) for unit in units(passages[own[0]].text)) > WHOLE_WORDS:
            return None
        named.append(own[0])
    shown = [passages[at] for at in named]
    return told_apart([passage.text for passage in shown], shown), tuple(named)

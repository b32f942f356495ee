"""What tells two things apart: "the difference between the hot desk and the own desk" shows both, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.llm.builtin.question.question import TRAIL
from agents.llm.builtin.shapes.quote import WHOLE_WORDS, told_apart
from agents.llm.builtin.shapes.rendering import rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import units
from language.words import STOP_WORDS, stem, words

_ASKED = re.compile(
    r"\b(?:differences? between|compare|comparison (?:of|between)|how (?:does|do|is|are))\s+(?P<one>.+?)\s+"
    r"(?:and|with|to|vs\.?|versus|compared? (?:to|with)|differ(?:ent)? from)\s+(?P<other>.+)",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"(?P<one>.+?)\s+(?:vs\.?|versus|compared (?:to|with))\s+(?P<other>.+)", re.IGNORECASE)
_DIFFERS = re.compile(r"\b(?:differ\w*|compar\w+|vs|versus)\b", re.IGNORECASE)


def told_side_by_side(question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """Both of two that are named, as rows of one table or as two sections; None where the pages do not have both."""
    if not _DIFFERS.search(question):
        return None
    match = _ASKED.search(question.strip(" ?!.")) or _VERSUS.search(question.strip(" ?!."))
    sides = [_stems(match[side]) for side in ("one", "other")] if match else []
    if not all(sides) or len(sides) != 2 or sides[0] == sides[1]:
        return None
    return _rows(sides, passages) or _sections(sides, passages)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def _rows(sides: Sequence[frozenset[str]], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    for at in range(len(passages)):
        for table in whole_tables(at, passages):
            found = [[row for row in table.rows if _stems(row[0]) and _stems(row[0]) == side] for side in sides]
            if all(len(rows) == 1 for rows in found):
                return rows_markdown(table, [rows[0] for rows in found]), (at,)
    return None


def _sections(sides: Sequence[frozenset[str]], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    named: list[int] = []
    for side in sides:
        own = [at for at, passage in enumerate(passages) if _stems(passage.heading.split(TRAIL)[-1]) == side]
        if not own or sum(len(unit.text.split()) for unit in units(passages[own[0]].text)) > WHOLE_WORDS:
            return None
        named.append(own[0])
    shown = [passages[at] for at in named]
    return told_apart([passage.text for passage in shown], shown), tuple(named)

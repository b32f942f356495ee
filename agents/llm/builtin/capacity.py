"""Which member of a family is enough: "for 30 people", "40 cups a day" compared with the figures of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from django.utils.translation import gettext as _

from agents.llm.builtin.blocks import units
from agents.llm.builtin.families import AMOUNT, Need, amount_of
from agents.llm.builtin.features import label_of, subjects
from agents.llm.builtin.question import TRAIL, heading_of
from agents.llm.builtin.quote import heading_line, trail_line
from agents.llm.builtin.tables import whole_tables
from agents.llm.builtin.words import content_words, stem, word_share, words
from agents.llm.request import Passage

SHOWN = 4  # members that are enough, the smallest first
_PEOPLE_WORDS = "people person user employee staff colleague worker member seat head team coworker"
_PEOPLE = frozenset(stem(word) for word in _PEOPLE_WORDS.split())
_RANGE = re.compile(
    rf"(?P<low>{AMOUNT})(?:\s*(?:to|-|–|and)\s*(?P<high>{AMOUNT}))?(?P<more>\+|\s+(?:or|and) more)?", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:at least|from|more than|over|minimum)\s*$", re.IGNORECASE)
_NO_LIMIT = re.compile(r"\b(?:unlimited|no limit|any number)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """A thing with what it is made for, low..high."""

    name: str
    text: str
    low: float
    high: float
    passage: int
    family: str  # members of one table, section or page are compared


def enough(asked: Need, question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """The members that serve the need, the smallest first, or None where no figures can be compared."""
    families: dict[str, list[Member]] = {}
    for member in _members(asked, passages):
        families.setdefault(member.family, []).append(member)
    topic = [word for word in content_words(question) if not word[0].isdigit() and word != asked.noun]
    best: list[Member] = []
    best_fit = 0.0
    for members in families.values():
        fit = _fit(topic, members, passages)
        fitting = [member for member in members if member.low <= asked.amount <= member.high]
        if len({member.name for member in members}) >= 2 and fitting and fit > best_fit:
            best, best_fit = sorted(fitting, key=lambda member: (member.high, member.low)), fit
    if not best:
        return None
    source = passages[best[0].passage]
    same_section = all(passages[m.passage].heading == source.heading for m in best)
    head = heading_line(source) if same_section else trail_line(source.heading.split(TRAIL)[:-1], source.document)
    lead = _("Enough for %(need)s, going by the figures on this page, smallest first:") % {"need": asked.written}
    body = "\n".join(f"- **{member.name}** – {member.text}" for member in best[:SHOWN])
    return f"{head}\n\n{lead}\n\n{body}", tuple(dict.fromkeys(member.passage for member in best[:SHOWN]))


def _fit(topic: Sequence[str], members: Sequence[Member], passages: Sequence[Passage]) -> float:
    held = {stem(word) for m in members for word in words(f"{passages[m.passage].heading} {m.name} {m.text}")}
    earliest = min(member.passage for member in members)
    return 1 + sum(word_share(word, held) for word in topic) + len(members) / 100 - earliest / 10


def _members(asked: Need, passages: Sequence[Passage]) -> Iterator[Member]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for at, passage in enumerate(passages):
        for table in whole_tables(at, passages):
            key = (passage.heading, table.header)
            if key in seen:
                continue
            seen.add(key)
            for row in table.rows:  # members side by side
                if _names(asked.noun, row[0]):
                    pairs = zip(table.header[1:], row[1:], strict=False)
                    cells = [(name, f"{row[0]}: {cell}", cell) for name, cell in pairs]
                    yield from _from_cells(cells, at, f"{key}{row[0]}")
            for column in range(1, len(table.header)):
                if _names(asked.noun, table.header[column]):
                    head = table.header[column]
                    rows = [(row[0], f"{head}: {row[column]}", row[column]) for row in table.rows if column < len(row)]
                    yield from _from_cells(rows, at, f"{key}{head}")
        yield from _from_sentences(asked, passage, at)


def _from_cells(cells: Sequence[tuple[str, str, str]], at: int, family: str) -> Iterator[Member]:
    for name, text, cell in cells:
        bounds = _bounds(cell)
        if name and bounds:
            yield Member(name, text, *bounds, at, family)


def _from_sentences(asked: Need, passage: Passage, at: int) -> Iterator[Member]:
    """Sentences that say a number of the noun, each named by its paragraph, its row, or its section."""
    names = subjects(passage.text)
    several = len({name for name in names.values() if name}) >= 2
    for unit in units(passage.text):
        name = label_of(unit) or names.get(unit.block, "") or ("" if several else heading_of(passage))
        for match in _RANGE.finditer(unit.text):
            after = words(unit.text[match.end() : match.end() + 40])[:3]
            if name and any(_names(asked.noun, word) for word in after):
                bounds = _limits(match, unit.text[: match.start()])
                parent = passage.heading.rpartition(TRAIL)[0]
                section = passage.heading if several or unit.kind in ("row", "item") else parent
                yield Member(name, unit.text, *bounds, at, f"{passage.document_id}{section}")
                break


def _bounds(cell: str) -> tuple[float, float] | None:
    if _NO_LIMIT.search(cell):
        return 0.0, inf
    match = _RANGE.search(cell)
    return _limits(match, cell[: match.start()]) if match else None


def _limits(match: re.Match[str], before: str) -> tuple[float, float]:
    low = amount_of(match["low"])
    if match["high"]:
        return low, amount_of(match["high"])
    if match["more"] or _LEAST.search(before):
        return low, inf
    return 0.0, low


def _names(noun: str, text: str) -> bool:
    held = {stem(word) for word in words(text)}
    return word_share(noun, held) == 1.0 or (stem(noun) in _PEOPLE and bool(held & _PEOPLE))

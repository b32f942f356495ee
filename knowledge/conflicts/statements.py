"""The statements of a passage: each figure with the words that describe it, in one form for all spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.conflicts.parts import Part, Value, cell_parts, clauses, parts_of, without
from knowledge.conflicts.vocabulary import ATTRIBUTES, SECTIONS, SILENT, canonical, canonicals
from knowledge.conflicts.wording import (
    bound,
    content,
    is_unsure,
    limits,
    names,
    nouns_per,
    plain_days,
    sale,
    sizes,
    years,
)
from knowledge.text.markdown_pages import TRAIL_JOIN
from language.blocks import Table, Unit, tables, units
from language.days import days_in
from language.figures.figure import Figure
from language.figures.reading import figures, normal

MAX_UNIT_CHARS = 600  # longer than any sentence that states a figure plainly
MAX_FIGURES = 12  # in one sentence; more are a list that its words do not tell apart
MAX_WRITTEN_CHARS = 60  # of a figure
_PRONOUN = re.compile(r"^\W*(?:it|they|this|these|that|he|she|es|sie|dies\w*|il|elle|ils|elles)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„«].{3,}?[\"”“»]")
_DAY_WORDS = SECTIONS | canonicals("day days weekday weekdays weekend weekends tag täglich werktags jour")
_SAME_BOUND = {"over": "least", "from": "least", "under": "most"}  # "free over €100", "free from €80"
_SIGNS = "$€£¥₹₺₴₩₽"


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of a passage. `frame` are the words that describe it, `context` the words around it."""

    kind: str
    unit: str
    values: tuple[Value, ...]
    frame: frozenset[str]
    context: frozenset[str]
    limits: frozenset[str]
    others: frozenset[tuple[str, float]]  # figures beside it that belong to it: "60 minutes" of a massage
    borrowed: frozenset[str]  # words of the frame that only its headings say
    names: frozenset[str]  # words of the frame that name a thing by themselves
    years: frozenset[str]  # in its headings or the document's name: "Price list 2027"
    headings: frozenset[str]  # the subjects of its headings, without section names
    source: str  # the sentence, or the row as a sentence
    start: int  # where in it the figure stands
    end: int

    @property
    def written(self) -> str:
        return self.source[self.start : self.end]


@lru_cache(maxsize=4096)
def statements(document: str, heading: str, text: str) -> tuple[Statement, ...]:
    """The statements of a passage, in order."""
    return tuple(_Passage(document, heading, normal(text)).statements())


@dataclass(frozen=True, slots=True)
class _Clause:
    """What is known about one figure before it becomes a statement."""

    text: str  # the words that describe the figure
    beside: str  # the same, without words taken from elsewhere
    behind: str  # what follows the figure
    before: str
    context: str
    others: tuple[Figure, ...]
    named: frozenset[str]
    source: str
    start: int


class _Passage:
    """A passage while it is being read."""

    def __init__(self, document: str, heading: str, text: str):
        self._trail = [part for part in (document, *heading.split(TRAIL_JOIN)) if part]
        self._units = units(text)
        self._tables = {table.block: table for table in tables(text)}
        around = " ".join(self._trail)
        self._around = content(around)
        self._limits = limits(around, years=False) | sale(around)
        self._years = years(around)
        self._days = days_in(" ".join(self._trail[1:]))

    def statements(self) -> Iterator[Statement]:
        before: Unit | None = None
        for unit in self._units:
            table = self._tables.get(unit.block)
            if unit.kind == "row" and table:
                yield from self._of_row(unit, table)
            elif unit.kind in ("sentence", "item", "lead") and len(unit.text) <= MAX_UNIT_CHARS:
                yield from self._of_sentence(unit, before)
            before = unit

    def _of_row(self, unit: Unit, table: Table) -> Iterator[Statement]:
        name, at = unit.cells[0], len(unit.cells[0])
        for column, cell in enumerate(unit.cells[1:], 1):
            header = table.header[column] if column < len(table.header) else ""
            at = max(at, unit.text.find(cell, at))
            if not cell or len(cell) > MAX_UNIT_CHARS or is_unsure(f"{name} {cell}"):
                continue
            parts = cell_parts(cell, header)
            for part in parts:
                rest = without(cell, part)
                beside = (each.figures[0] for each in parts if each is not part)
                clause = _Clause(
                    text=f"{name} {header} {rest}",
                    beside=f"{header} {rest}",
                    behind=cell[part.end :],
                    before=cell[: part.start],
                    context=f"{' '.join(table.header)} {unit.context}",
                    others=(*beside, *figures(name), *figures(header)),
                    named=content(name) if _are_things(table, header) else names(name),
                    source=unit.text,
                    start=at + part.start,
                )
                yield from self._statement(part, clause)

    def _of_sentence(self, unit: Unit, before: Unit | None) -> Iterator[Statement]:
        text = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), unit.text)
        parts = parts_of(text, figures(text))
        if not parts or len(parts) > MAX_FIGURES or is_unsure(text):
            return
        asked = before.text if before and _PRONOUN.match(text) else ""
        for piece, start, group in clauses(text, parts):
            for part in group:
                said = without(piece, part, start)
                has_subject = not start or content(said) - SILENT.get(part.kind, frozenset()) - ATTRIBUTES
                clause = _Clause(
                    text=f"{asked} {'' if has_subject else text[: parts[0].start]} {said}",
                    beside=said,
                    behind=text[part.end :],
                    before=text[: part.start],
                    context=f"{text} {unit.context}",
                    others=tuple(other for each in group if each is not part for other in each.figures),
                    named=names(f"{asked} {text}"),
                    source=unit.text,
                    start=part.start,
                )
                yield from self._statement(part, clause)

    def _statement(self, part: Part, clause: _Clause) -> Iterator[Statement]:
        if not part.is_compared:
            return
        frame = content(clause.text) - SILENT.get(part.kind, frozenset())
        per = frozenset[str]()
        if part.kind in ("money", "count", "duration"):
            per = nouns_per(clause.beside, clause.behind)
            frame -= {canonical(noun) for noun in per}
        is_bound = ("" if part.is_range else bound(clause.before)) or next(iter(frame & {"least", "most"}), "")
        frame -= {"least", "most"}
        is_bound = _SAME_BOUND.get(is_bound, is_bound)
        if part.kind in ("hours", "clock"):
            frame -= _DAY_WORDS
        others, borrowed = _told(clause.others), frozenset[str]()
        if not (frame | per) - ATTRIBUTES:
            subject = self._subject()
            borrowed = content(subject) - frame
            frame |= borrowed
            others |= _told(figures(subject))
        bounds = {f"bound:{is_bound}"} if is_bound else set()
        start = clause.start - (clause.start > 0 and clause.source[clause.start - 1] in _SIGNS)
        written = clause.source[clause.start : clause.start + min(MAX_WRITTEN_CHARS, part.end - part.start)]
        yield Statement(
            kind=part.kind,
            unit=part.figures[0].unit,
            values=part.values,
            frame=frame,
            context=self._around | content(clause.context),
            limits=self._limits_of(clause) | {f"per:{noun}" for noun in per} | bounds,
            others=others,
            borrowed=borrowed,
            names=frame & clause.named,
            years=self._years,
            headings=self._around - ATTRIBUTES,
            source=clause.source,
            start=start,
            end=clause.start + len(written.rstrip(".")),
        )

    def _limits_of(self, clause: _Clause) -> frozenset[str]:
        said = (clause.beside, f"{clause.text} {clause.context}")  # "Mon to Sat 9 to 18, Sun 10 to 16": days for each
        days = next(filter(None, (days_in(plain_days(text)) for text in said)), self._days)
        found = limits(clause.text) | limits(clause.context, years=False) | sizes(clause.text) | self._limits
        return found | {f"day:{day}" for day in days}

    def _subject(self) -> str:
        """The nearest heading that names a thing, else the document's name if that does."""
        return next((part for part in reversed(self._trail) if content(part) - ATTRIBUTES), "")


def _told(others: tuple[Figure, ...]) -> frozenset[tuple[str, float]]:
    return frozenset((each.kind, round(value, 4)) for each in others for value in each.values[:1])


def _are_things(table: Table, header: str) -> bool:
    """Whether the first cells of a table are things, and not attributes of one thing ("Weight | 3 kg")."""
    return len(table.header) > 2 or "price" in header.casefold() or bool(content(header) & ATTRIBUTES - SECTIONS)

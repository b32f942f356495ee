"""Finds families of things that have a comparable value each: rows or columns, list items, sibling sections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.llm.builtin.evidence.features import label_of
from agents.llm.builtin.evidence.kin import family_words, name_stems
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.shapes.quote import TRAIL
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table, Unit, plain, units
from language.measures import Dimension, Measure, first, measures
from language.words import stem, words

_COUNTED_BY = re.compile(r"\s*(?:a|an|per|each|/)\s?(\w+)", re.IGNORECASE)
SIZES: tuple[Dimension, ...] = ("volume", "length", "weight")  # compared if the question only says "bigger"
MIN_ALIKE = 3  # so many sections that state a value in the same words are members, even beside other sections
MAX_SECTIONS = 0.75  # this share of sibling sections must have the value; otherwise they are chapters, not products
# General names of members; visitors and pages may use different ones.
_GENERIC_WORDS = "plan tier package option product item model version edition subscription membership bundle deal"
GENERIC = frozenset(stem(word) for word in _GENERIC_WORDS.split())
_ON_TOP = """
joining setup deposit extra late cancellation registration rent rental renting hire shipping delivery installation
"""
EXTRA = frozenset(stem(word) for word in _ON_TOP.split())
# Columns with these names are rates of one thing: an adult's "Monthly" and "Yearly" are not two memberships.
_RATE_WORDS = """
monthly month yearly annual annually year weekly week daily day hourly hour half quarter weekday weekdays weekend
weekends peak off-peak off season low high morning afternoon evening night price cost fee one two three from per
single return standard rush express normal usual regular
"""
_RATE = frozenset(stem(word) for word in _RATE_WORDS.split())


@dataclass(frozen=True, slots=True)
class ComparedMember:
    """A thing that is compared: its name, the text that has its value, and the value."""

    name: str
    text: str
    value: Measure
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one kind from one place, each with a comparable value."""

    passages: tuple[int, ...]
    column: str
    members: tuple[ComparedMember, ...]
    about: frozenset[str]  # stems of the headings and the first column, which name the family
    near: float  # score of the best of its passages
    table: Table | None = None
    is_table: bool = False
    is_sections: bool = False
    # Stems of what is compared: in "machine shipping" that is shipping, not machines.
    measured: frozenset[str] = frozenset()

    @property
    def takes_any_name(self) -> bool:
        """Whether its members may be called plans, items or memberships: no column has another name for them."""
        return self.table is None or name_stems(self.table.header[0]) <= GENERIC

    def is_extra(self, asked: frozenset[str]) -> bool:
        """Whether it compares an extra or an alternative, such as deposits or rents, that was not asked for."""
        return bool((self.measured & EXTRA) - asked)


def families(
    passages: Sequence[Passage], evidence: Evidence, dimensions: Sequence[Dimension], subject: Sequence[str]
) -> Iterator[Family]:
    """Yields every family in the passages whose members share one of the dimensions; any, if none is given."""
    near = {at: max((s.score for s in evidence.scored if s.passage == at), default=-9.0) for at in range(len(passages))}
    for at, passage in enumerate(passages):
        for table in whole_tables(at, passages):
            yield from _table_families(at, passage, table, dimensions, near[at])
            yield from _column_families(at, passage, table, dimensions, near[at])
        yield from _list_families(at, passage, dimensions, near[at])
        yield from _paragraph_families(at, passage, dimensions, near[at])
    yield from _section_families(passages, dimensions or SIZES, near)
    if not dimensions:
        yield from _labelled_families(passages, subject, near)


def _table_families(
    at: int, passage: Passage, table: Table, dimensions: Sequence[Dimension], near: float
) -> Iterator[Family]:
    about = family_words(passage, table.header[0])
    if not table.header[0] and len(table.header) > 2 and not all(is_rate(name) for name in table.header[1:]):
        return  # the members are columns, and the rows are their properties
    for column in range(1, len(table.header)):
        cells = [row[column] if column < len(row) else "" for row in table.rows]
        kinds = dict.fromkeys(measure.dimension for cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            pairs = zip(table.rows, cells, strict=True)
            found = [(row, value) for row, cell in pairs if (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for _row, value in found):
                continue
            members = tuple(ComparedMember(row[0], " ".join(row), value, row) for row, value in found if row[0])
            names = name_stems(table.header[column])
            if len(members) < len(found):
                continue
            yield Family((at,), table.header[column], members, about, near, table, True, measured=names)


def _list_families(at: int, passage: Passage, dimensions: Sequence[Dimension], near: float) -> Iterator[Family]:
    found = units(passage.text)
    for block in dict.fromkeys(unit.block for unit in found if unit.kind == "item"):
        items = [unit for unit in found if unit.block == block]
        about = family_words(passage, items[0].context)
        for dimension in dimensions:
            members = tuple(member for item in items if (member := _item_member(item, dimension)))
            if len(members) < 2 or len(members) * 2 < len(items) or not _one_currency(m.value for m in members):
                continue
            yield Family((at,), "", members, about, near)


def _paragraph_families(at: int, passage: Passage, dimensions: Sequence[Dimension], near: float) -> Iterator[Family]:
    """Families of paragraphs that begin with a name in bold: "**Croissants** ($120). Two days of work ..."."""
    found = units(passage.text)
    blocks: dict[int, list[Unit]] = {}
    for unit in found:
        if unit.kind == "sentence":
            blocks.setdefault(unit.block, []).append(unit)
    entries = [own for own in blocks.values() if own[0].source.lstrip().startswith("**") and label_of(own[0])]
    for dimension in dimensions:
        members = tuple(member for own in entries if (member := _paragraph_member(own, dimension)))
        if len(members) >= 2 and len(members) * 2 >= len(entries) and _one_currency(m.value for m in members):
            yield Family((at,), "", members, family_words(passage, ""), near)


def _paragraph_member(own: Sequence[Unit], dimension: Dimension) -> ComparedMember | None:
    name = label_of(own[0])
    texts = (plain(unit.text).removeprefix(name).strip(" :–—,-.()") for unit in own)
    text = next(filter(None, texts), "")
    value = first(text, dimension)
    # Otherwise the bold words are an aspect: "Access.".
    return ComparedMember(name, text, value) if value and value.start <= 1 else None


def _item_member(item: Unit, dimension: Dimension) -> ComparedMember | None:
    """A list item with its name; None for a price without a name, as in a part of a menu."""
    value = first(item.text, dimension)
    if value is None:
        return None
    name = label_of(item) or re.split(r"[,:(]| [–—-] ", item.text[: value.start], maxsplit=1)[0]
    rest = item.text.removeprefix(name).lstrip(" :–—,-")
    is_name = any(len(word) > 1 for word in words(name))
    return ComparedMember(name.strip(" ,:–—(-"), rest, value) if is_name else None


def _column_families(
    at: int, passage: Passage, table: Table, dimensions: Sequence[Dimension], near: float
) -> Iterator[Family]:
    """Families of tables whose members are columns: one for each row whose cells can be compared."""
    about = family_words(passage, table.header[0])
    if table.header[0] and not name_stems(table.header[0]) <= GENERIC:
        return  # its first column has names, so the members are rows
    if all(is_rate(name) for name in table.header[1:]):
        return
    for row in table.rows:
        cells = list(zip(table.header[1:], row[1:], strict=False))
        kinds = dict.fromkeys(measure.dimension for _name, cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            found = [(name, cell, value) for name, cell in cells if name and (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for *_rest, value in found):
                continue
            members = tuple(ComparedMember(name, f"{row[0]}: {cell}", value) for name, cell, value in found)
            yield Family((at,), row[0], members, about, near, is_table=True, measured=name_stems(row[0]))


def is_rate(name: str) -> bool:
    """Whether a column with this name is a rate of one thing: "per day", "yearly"."""
    return all(word.isdigit() or stem(word) in _RATE for word in words(name))


def _section_families(
    passages: Sequence[Passage], dimensions: Sequence[Dimension], near: dict[int, float]
) -> Iterator[Family]:
    """Families of sibling sections, on pages where each product has its own heading.

    Most of them must have such a value, or enough of them in the same words: "£27 a month" is not a joining fee of £15.
    """
    for sections in _siblings(passages):
        for dimension in dimensions:
            held = [
                (places[0], ComparedMember(own, *found))
                for own, places in sections.items()
                if (found := _first_in([passages[at] for at in places], dimension) or _in_name(own, dimension))
            ]
            shapes = Counter(_shape(member) for _at, member in held)
            alike = [pair for pair in held if _shape(pair[1]) == shapes.most_common(1)[0][0]]
            if len(alike) >= MIN_ALIKE and _shape(alike[0][1])[0]:
                held = alike
            elif len(held) < max(2, MAX_SECTIONS * len(sections)):
                continue
            if _one_currency(member.value for _at, member in held):
                used = tuple(at for at, _member in held)
                about = family_words(passages[used[0]], "", above=True)
                members = tuple(member for _at, member in held)
                yield Family(used, "", members, about, max(near[at] for at in used), is_sections=True)


# "What is included", "Do you deliver?": a section about all members, which is not a member itself.
_IS_CLAUSE = re.compile(r"^(?:what|how|when|where|why|who|which|is|are|can|do|does|will|may|must)\b|\?$", re.IGNORECASE)


def _siblings(passages: Sequence[Passage]) -> Iterator[dict[str, list[int]]]:
    """Yields the sections below each heading that are named after a thing: their passages, by their own heading."""
    groups: dict[tuple[str, str], dict[str, list[int]]] = {}
    for at, passage in enumerate(passages):
        *parents, own = passage.heading.split(TRAIL)
        if parents and own and not _IS_CLAUSE.search(own):
            groups.setdefault((passage.document_id, TRAIL.join(parents)), {}).setdefault(own, []).append(at)
    yield from groups.values()


def _labelled_families(passages: Sequence[Passage], subject: Sequence[str], near: dict[int, float]) -> Iterator[Family]:
    """Families of sibling sections that each state what is asked for by its name: "Minimum order: 50."."""
    for sections in _siblings(passages):
        found = [
            (at, ComparedMember(own, unit.text, value))
            for own, places in sections.items()
            for at in places
            for unit in units(passages[at].text)
            if (label := name_stems(label_of(unit))) and label <= set(subject)
            if (value := next(iter(measures(unit.text)), None))
        ]
        if len(found) >= 2 and len({(member.value.dimension, member.value.unit) for _at, member in found}) == 1:
            used = tuple(dict.fromkeys(at for at, _member in found))
            about = family_words(passages[used[0]], "", above=True) | frozenset(subject)
            members = tuple(member for _at, member in found)
            yield Family(used, "", members, about, max(near[at] for at in used), is_sections=True)


def _shape(member: ComparedMember) -> tuple[bool, str]:
    """The form of a section's value: whether the section begins with it, and its unit ("a month")."""
    found = _COUNTED_BY.match(member.text[member.value.end :])
    return member.value.start <= 1, found[1].casefold() if found else ""


def _first_in(parts: Sequence[Passage], dimension: Dimension) -> tuple[str, Measure] | None:
    """The first value of a section; None if it lists several, because it is a chapter then, not a member."""
    if any(_lists_several(passage, dimension) for passage in parts):
        return None
    for passage in parts:
        for unit in units(passage.text):
            if value := first(unit.text, dimension):
                return plain(unit.text), value
    return None


def _in_name(own: str, dimension: Dimension) -> tuple[str, Measure] | None:
    """The size in a section's own name: "Glass teapot, 600 ml"."""
    named = first(own, dimension) if dimension in SIZES else None
    text = own[named.start :] if named else ""
    value = first(text, dimension)
    return (text, value) if value else None


def _lists_several(passage: Passage, dimension: Dimension) -> bool:
    valued = [unit for unit in units(passage.text) if unit.kind in ("row", "item") and first(unit.text, dimension)]
    return len(valued) >= 2 or any(
        sum(bool(first(cell, dimension)) for cell in unit.cells) >= 2 for unit in valued if unit.cells
    )


def _one_currency(values: Iterator[Measure]) -> bool:
    return len({value.unit for value in values if value.dimension == "money" and value.value}) <= 1

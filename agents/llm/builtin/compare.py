"""Superlatives, limits and counts over the members of a family: rows of a table, items of a list, sibling sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agents.llm.builtin.blocks import Table, plain, units
from agents.llm.builtin.evidence import Evidence
from agents.llm.builtin.families import Extreme, Limit, counted, extreme, limit
from agents.llm.builtin.measures import Dimension, Measure, first, measures
from agents.llm.builtin.quote import TRAIL, heading_line, rows_markdown, trail_line
from agents.llm.builtin.tables import whole_tables
from agents.llm.builtin.words import STOP_WORDS, stem, word_share, words
from agents.llm.request import Passage

SHOWN_WHOLE = 7  # a family of this many members is listed whole, in order: the visitor sees what was compared
SHOWN_TOP = 4
MOST_SECTIONS = 0.75  # of sibling sections must hold the value; else they are chapters, not products
# Names for the members of any family; a page need not use the one the visitor uses.
_GENERIC_WORDS = "plan tier package option product item model version edition subscription membership bundle deal"
_GENERIC = frozenset(stem(word) for word in _GENERIC_WORDS.split())


@dataclass(frozen=True, slots=True)
class Member:
    """One of the things compared: its name, the text that holds its value, and the value."""

    name: str
    text: str
    value: Measure
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one kind with one comparable value each, from one place."""

    passages: tuple[int, ...]
    column: str
    members: tuple[Member, ...]
    about: frozenset[str]  # stems that say what the family is: headings, column names
    near: float  # score of the best passage it comes from
    table: Table | None = None
    is_table: bool = False
    is_sections: bool = False


def compared(question: str, passages: Sequence[Passage], evidence: Evidence) -> tuple[str, tuple[int, ...]] | None:
    """The Markdown of a comparison with the passages used, or None when no family fits the question well enough."""
    asked = extreme(question)
    if asked:
        return _extreme_answer(asked, question, passages, evidence)
    bounds = limit(question)
    if bounds:
        return _limit_answer(bounds, question, passages, evidence)
    return None


def _extreme_answer(
    asked: Extreme, question: str, passages: Sequence[Passage], evidence: Evidence
) -> tuple[str, tuple[int, ...]] | None:
    dimensions = asked.dimensions or _dimensions_asked(question)
    fits = [
        (fit, family)
        for family in families(passages, evidence, dimensions, asked.subject)
        if (fit := _fit(asked.subject, family, bool(asked.dimensions))) > 0
    ]
    if not fits:
        return None
    family = max(fits, key=lambda pair: pair[0])[1]
    members = _relevant(family, asked.subject)
    ordered = sorted(members, key=lambda member: asked.sign * -member.value.value)
    lines = _("Lowest first:") if asked.sign < 0 else _("Highest first:")
    return _shown(family, ordered, lines, passages)


def _limit_answer(
    asked: Limit, question: str, passages: Sequence[Passage], evidence: Evidence
) -> tuple[str, tuple[int, ...]] | None:
    fits = [
        (fit, family)
        for family in families(passages, evidence, (asked.dimension,), asked.subject)
        if (fit := _fit(asked.subject, family, True)) > 0
    ]
    if not fits:
        return None
    family = max(fits, key=lambda pair: pair[0])[1]
    within = [member for member in family.members if asked.low <= member.value.value <= asked.high]
    if not within:
        return None
    ordered = sorted(within, key=lambda member: member.value.value)
    return _shown(family, ordered, _("Within that range, lowest first:"), passages)


def _shown(
    family: Family, ordered: Sequence[Member], lead: str, passages: Sequence[Passage]
) -> tuple[str, tuple[int, ...]]:
    shown = ordered if len(ordered) <= SHOWN_WHOLE else ordered[:SHOWN_TOP]
    source = passages[family.passages[0]]
    head = trail_line(source.heading.split(TRAIL)[:-1], source.document) if family.is_sections else heading_line(source)
    if family.table:
        body = rows_markdown(family.table, [member.row for member in shown])
    else:
        body = "\n".join(f"- **{m.name}** – {m.text}" if m.name else f"- {m.text}" for m in shown)
    column = f" ({family.column})" if family.column and family.table else ""
    return f"{head}\n\n{lead.removesuffix(':')}{column}:\n\n{body}", family.passages


def _dimensions_asked(question: str) -> tuple[Dimension, ...]:
    asked = {stem(word) for word in words(question)}
    table: tuple[tuple[str, Dimension], ...] = (
        ("price cost fee money pay charge", "money"),
        ("weigh weight", "weight"),
        ("time duration wait", "duration"),
    )
    return tuple(dimension for names, dimension in table if asked & {stem(name) for name in names.split()})


def families(
    passages: Sequence[Passage], evidence: Evidence, dimensions: Sequence[Dimension], subject: Sequence[str]
) -> Iterator[Family]:
    """Every family in the passages whose members share one of the dimensions (any, when none is given)."""
    near = {at: max((s.score for s in evidence.scored if s.passage == at), default=-9.0) for at in range(len(passages))}
    for at, passage in enumerate(passages):
        for table in whole_tables(at, passages):
            yield from _table_families(at, passage, table, dimensions, near[at])
            yield from _column_families(at, passage, table, dimensions, near[at])
        yield from _list_families(at, passage, dimensions, near[at])
    yield from _section_families(passages, dimensions, near)


def _table_families(
    at: int, passage: Passage, table: Table, dimensions: Sequence[Dimension], near: float
) -> Iterator[Family]:
    about = _stems(f"{passage.heading} {passage.document}")
    for column in range(1, len(table.header)):
        cells = [row[column] if column < len(row) else "" for row in table.rows]
        kinds = dict.fromkeys(measure.dimension for cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            pairs = zip(table.rows, cells, strict=True)
            found = [(row, value) for row, cell in pairs if (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for _row, value in found):
                continue
            members = tuple(Member(row[0], " ".join(row), value, row) for row, value in found)
            names = _stems(f"{table.header[column]} {table.header[0]}")
            yield Family((at,), table.header[column], members, about | names, near, table, True)


def _list_families(at: int, passage: Passage, dimensions: Sequence[Dimension], near: float) -> Iterator[Family]:
    found = units(passage.text)
    for block in dict.fromkeys(unit.block for unit in found if unit.kind == "item"):
        items = [unit for unit in found if unit.block == block]
        about = _stems(f"{passage.heading} {passage.document} {items[0].context}")
        for dimension in dimensions:
            valued = [(item, value) for item in items if (value := first(item.text, dimension))]
            if len(valued) < 2 or len(valued) * 2 < len(items) or not _one_currency(value for _item, value in valued):
                continue
            yield Family((at,), "", tuple(Member("", item.text, value) for item, value in valued), about, near)


def _column_families(
    at: int, passage: Passage, table: Table, dimensions: Sequence[Dimension], near: float
) -> Iterator[Family]:
    """Tables that list their members side by side: one family per row whose cells can be compared."""
    about = _stems(f"{passage.heading} {passage.document}")
    for row in table.rows:
        cells = list(zip(table.header[1:], row[1:], strict=False))
        kinds = dict.fromkeys(measure.dimension for _name, cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            found = [(name, cell, value) for name, cell in cells if name and (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for *_rest, value in found):
                continue
            members = tuple(Member(name, f"{row[0]}: {cell}", value) for name, cell, value in found)
            yield Family((at,), row[0], members, about | _stems(row[0]), near, is_table=True)


def _section_families(
    passages: Sequence[Passage], dimensions: Sequence[Dimension], near: dict[int, float]
) -> Iterator[Family]:
    """Sibling sections, when most of them hold such a value: pages that give each product its own heading."""
    groups: dict[tuple[str, str], dict[str, list[int]]] = {}
    for at, passage in enumerate(passages):
        *parents, own = passage.heading.split(TRAIL)
        if parents:
            groups.setdefault((passage.document_id, TRAIL.join(parents)), {}).setdefault(own, []).append(at)
    for (_document, parent), sections in groups.items():
        for dimension in dimensions:
            members: list[Member] = []
            used: list[int] = []
            for own, places in sections.items():
                found = _first_in([passages[at] for at in places], dimension)
                if found:
                    members.append(Member(own, *found))
                    used.extend(places[:1])
            enough = len(members) >= max(2, MOST_SECTIONS * len(sections))
            if enough and _one_currency(member.value for member in members):
                about = _stems(f"{parent} {passages[used[0]].document}")
                yield Family(tuple(used), "", tuple(members), about, max(near[at] for at in used), is_sections=True)


def _first_in(parts: Sequence[Passage], dimension: Dimension) -> tuple[str, Measure] | None:
    for passage in parts:
        for unit in units(passage.text):
            if value := first(unit.text, dimension):
                return plain(unit.text), value
    return None


def _one_currency(values: Iterator[Measure]) -> bool:
    return len({value.unit for value in values if value.dimension == "money" and value.value}) <= 1


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def _fit(subject: Sequence[str], family: Family, known_dimension: bool) -> float:
    """How well a family is what the question asks of: its headings or members must hold the subject; else 0."""
    if not subject:
        return 1.0 + 0.05 * family.near if known_dimension else 0.0
    held = set(family.about)
    members = [_stems(member.text) for member in family.members]
    total = 0.0
    for word in subject:
        if _holds(held, word):
            total += 1.0
        elif any(_holds(member, word) for member in members):
            total += 0.7
        elif word in _GENERIC and family.is_table:
            total += 0.5
    share = total / len(subject)
    return share + 0.05 * family.near + 0.1 * family.is_table if share >= 0.5 else 0.0


def _holds(held: set[str] | frozenset[str], word: str) -> bool:
    return word_share(word, held) > 0


def _relevant(family: Family, subject: Sequence[str]) -> tuple[Member, ...]:
    """The members the subject names ("cheapest filling"), or all when it names none or one."""
    own = [word for word in subject if not _holds(family.about, word)]
    if own:
        named = tuple(m for m in family.members if any(_holds(_stems(m.name or m.text), word) for word in own))
        if len(named) >= 2:
            return named
    return family.members


def count_answer(question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """ "How many ... are there" for a list or table whose heading is exactly what is counted."""
    subject = counted(question)
    if not subject:
        return None
    for at, passage in enumerate(passages):
        named = _stems(passage.heading.split(TRAIL)[-1])
        for table in whole_tables(at, passages):
            if set(subject) <= named | _stems(table.header[0]):
                return _counted(passage, len(table.rows), rows_markdown(table, table.rows)), (at,)
        items = [unit for unit in units(passage.text) if unit.kind == "item"]
        if len(items) >= 2 and set(subject) <= named and len({item.block for item in items}) == 1:
            return _counted(passage, len(items), "\n".join(item.source for item in items)), (at,)
    return None


def _counted(passage: Passage, count: int, body: str) -> str:
    return f"{heading_line(passage)}\n\n{_('%(count)d are listed:') % {'count': count}}\n\n{body}"

"""Superlatives, limits and counts over the members of a family: rows of a table, items of a list, sibling sections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.features import label_of
from agents.llm.builtin.evidence.kin import family_words, name_stems
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.question.families import Extreme, Limit, counted, extreme, limit
from agents.llm.builtin.shapes.quote import TRAIL, rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table, Unit, plain, row_text, units
from language.measures import Dimension, Measure, first, measures
from language.words import stem, word_share, words

SHOWN_WHOLE = 7  # a family of this many members is listed whole, in order: the visitor sees what was compared
SHOWN_TOP = 4
_COUNTED_BY = re.compile(r"\s*(?:a|an|per|each|/)\s?(\w+)", re.IGNORECASE)
MIN_ALIKE = 3  # sections that say a value in the same words are members, whatever else stands beside them
MAX_SECTIONS = 0.75  # of sibling sections must hold the value; else they are chapters, not products
# Names for the members of any family; a page need not use the one the visitor uses.
_GENERIC_WORDS = "plan tier package option product item model version edition subscription membership bundle deal"
_GENERIC = frozenset(stem(word) for word in _GENERIC_WORDS.split())


_ON_TOP = """
joining setup deposit extra late cancellation registration rent rental renting hire shipping delivery installation
"""
_EXTRA = frozenset(stem(word) for word in _ON_TOP.split())


# Columns so named are rates of one thing, no things: an adult's "Monthly" and "Yearly" are not two memberships.
_RATE_WORDS = """
monthly month yearly annual annually year weekly week daily day hourly hour half quarter weekday weekdays weekend
weekends peak off-peak off season low high morning afternoon evening night price cost fee one two three from per
single return
"""
_RATE = frozenset(stem(word) for word in _RATE_WORDS.split())
_SIZE_WORDS = (
    "size square metre meter feet foot area capacity seat desk people person guest place berth volume length sleep"
)
_NO_SIZES = ("money", "share", "duration", "clock")
_SIZE = frozenset(stem(word) for word in _SIZE_WORDS.split())


@dataclass(frozen=True, slots=True)
class ComparedMember:
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
    members: tuple[ComparedMember, ...]
    about: frozenset[str]  # stems that say what the family is: headings, the first column
    near: float  # score of the best passage it comes from
    table: Table | None = None
    is_table: bool = False
    is_sections: bool = False
    measured: frozenset[str] = frozenset()  # stems that say what is compared: "machine shipping" makes no machines

    @property
    def takes_any_name(self) -> bool:
        """Whether its members may be called plans, items or memberships: no column says what else they are."""
        return self.table is None or _stems(self.table.header[0]) <= _GENERIC

    def is_extra(self, asked: frozenset[str]) -> bool:
        """Whether it compares what comes on top or instead, a deposit or a rent, and nobody asked for that."""
        return bool((self.measured & _EXTRA) - asked)


def compared(question: str, passages: Sequence[Passage], evidence: Evidence) -> tuple[str, tuple[int, ...]] | None:
    """What a comparison comes to, with the passages used; None when no family is named for what the question names."""
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
    found = list(families(passages, evidence, dimensions, asked.subject))
    if asked.of_size and not dimensions:
        found = [family for family in found if family.members[0].value.dimension not in _NO_SIZES]
    if asked.between:
        return _between_two(asked, found, passages)
    asked_words = frozenset(stem(word) for word in words(question))
    fits = [
        (fit, family)
        for family in found
        if (fit := _fit(asked.subject, family, bool(asked.dimensions))) > 0 and not family.is_extra(asked_words)
    ]
    if not fits:
        return None
    family = max(fits, key=lambda pair: pair[0])[1]
    members = _relevant(family, asked.subject)
    ordered = sorted(members, key=lambda member: asked.sign * -member.value.value)
    return _picked(asked, family, ordered, passages), family.passages


def _between_two(
    asked: Extreme, found: Sequence[Family], passages: Sequence[Passage]
) -> tuple[str, tuple[int, ...]] | None:
    """Which of the two that were named; only where both are members of one family."""
    best: tuple[float, Family, list[ComparedMember]] | None = None
    for family in found:
        pair = [_named_by(side, family.members) for side in asked.between]
        if pair[0] and pair[1] and pair[0] is not pair[1]:
            fit = family.near + 0.1 * family.is_table + _asks_column(family)
            if best is None or fit > best[0]:
                best = (fit, family, [member for member in pair if member])
    if best is None:
        return None
    ordered = sorted(best[2], key=lambda member: asked.sign * -member.value.value)
    return _picked(asked, best[1], ordered, passages), best[1].passages


def _named_by(side: frozenset[str], members: Sequence[ComparedMember]) -> ComparedMember | None:
    """The one member whose name is said, but for words that all members share; or which alone has all that is said."""
    names = [_stems(member.name) for member in members]
    shared = frozenset.intersection(*names) if len(names) > 1 else frozenset()
    found = [member for member, own in zip(members, names, strict=True) if (told := own - shared) and told <= side]
    found = found or [member for member, own in zip(members, names, strict=True) if side <= own]
    return found[0] if len(found) == 1 else None


def _asks_column(family: Family) -> float:
    """More for a column of prices than for one of joining fees or deposits: those have a word of their own."""
    return -0.5 if _stems(family.column) & _EXTRA else 0.0


def _picked(asked: Extreme, family: Family, ordered: Sequence[ComparedMember], passages: Sequence[Passage]) -> str:
    """The one asked for first, with its value; then what it was compared with."""
    pick = ordered[0]
    same = [member for member in ordered[1:] if member.value.value == pick.value.value]
    names = " / ".join(f"**{member.name}**" for member in [pick, *same][:SHOWN_TOP])
    rest = [member for member in ordered[1:] if member not in same]
    rest = rest if len(rest) < SHOWN_WHOLE else rest[: SHOWN_TOP - 1]
    lines = [f"{names} – {_said_of(pick, family)}"]
    if rest:
        then = "; ".join(f"{member.name} ({_said_of(member, family)})" for member in rest)
        lead = _("After that: %(others)s") if len(ordered) > 2 else _("The other: %(others)s")
        lines.append(lead % {"others": then})
    return "\n\n".join(lines)


def _said_of(member: ComparedMember, family: Family) -> str:
    if family.table and member.row:
        return row_text(family.table.header, ("", *member.row[1:]))
    return member.text


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
    shown = ordered if len(ordered) <= SHOWN_WHOLE else ordered[:SHOWN_TOP]
    if family.table and all(member.row for member in shown):
        return rows_markdown(family.table, [member.row for member in shown]), family.passages
    return "\n".join(f"- **{member.name}** – {member.text}" for member in shown), family.passages


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
    about = family_words(passage, table.header[0])
    if not table.header[0] and len(table.header) > 2:
        return  # members stand side by side: the rows are what is said of them
    for column in range(1, len(table.header)):
        cells = [row[column] if column < len(row) else "" for row in table.rows]
        kinds = dict.fromkeys(measure.dimension for cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            pairs = zip(table.rows, cells, strict=True)
            found = [(row, value) for row, cell in pairs if (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for _row, value in found):
                continue
            members = tuple(ComparedMember(row[0], " ".join(row), value, row) for row, value in found if row[0])
            names = _stems(table.header[column])
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


def _item_member(item: Unit, dimension: Dimension) -> ComparedMember | None:
    """A list item with its name; None for a price that stands alone, as in a list torn from a menu."""
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
    """Tables that list their members side by side: one family per row whose cells can be compared."""
    about = family_words(passage, table.header[0])
    if table.header[0] and not _stems(table.header[0]) <= _GENERIC:
        return  # its first column names members: they are rows
    if table.header[0] and all(_is_rate(name) for name in table.header[1:]):
        return
    for row in table.rows:
        cells = list(zip(table.header[1:], row[1:], strict=False))
        kinds = dict.fromkeys(measure.dimension for _name, cell in cells for measure in measures(cell))
        for dimension in dimensions or kinds:
            found = [(name, cell, value) for name, cell in cells if name and (value := first(cell, dimension))]
            if len(found) < 2 or len(found) * 2 < len(cells) or not _one_currency(value for *_rest, value in found):
                continue
            members = tuple(ComparedMember(name, f"{row[0]}: {cell}", value) for name, cell, value in found)
            yield Family((at,), row[0], members, about, near, is_table=True, measured=_stems(row[0]))


def _is_rate(name: str) -> bool:
    return all(word.isdigit() or stem(word) in _RATE for word in words(name))


def _section_families(
    passages: Sequence[Passage], dimensions: Sequence[Dimension], near: dict[int, float]
) -> Iterator[Family]:
    """Sibling sections, when most of them hold such a value, or enough hold it in the same words: pages that give each
    product its own heading. "£27 a month" is no joining fee of £15."""
    groups: dict[tuple[str, str], dict[str, list[int]]] = {}
    for at, passage in enumerate(passages):
        *parents, own = passage.heading.split(TRAIL)
        if parents and own:
            groups.setdefault((passage.document_id, TRAIL.join(parents)), {}).setdefault(own, []).append(at)
    for sections in groups.values():
        for dimension in dimensions:
            held = [
                (places[0], ComparedMember(own, *found))
                for own, places in sections.items()
                if (found := _first_in([passages[at] for at in places], dimension))
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


def _shape(member: ComparedMember) -> tuple[bool, str]:
    """How a section says its value: whether it begins with it, and what it is counted by ("a month")."""
    found = _COUNTED_BY.match(member.text[member.value.end :])
    return member.value.start <= 1, found[1].casefold() if found else ""


def _first_in(parts: Sequence[Passage], dimension: Dimension) -> tuple[str, Measure] | None:
    """The first value of a section; None where it lists several: then it is a chapter, not a member."""
    if any(_lists_several(passage, dimension) for passage in parts):
        return None
    for passage in parts:
        for unit in units(passage.text):
            if value := first(unit.text, dimension):
                return plain(unit.text), value
    return None


def _lists_several(passage: Passage, dimension: Dimension) -> bool:
    valued = [unit for unit in units(passage.text) if unit.kind in ("row", "item") and first(unit.text, dimension)]
    return len(valued) >= 2 or any(
        sum(bool(first(cell, dimension)) for cell in unit.cells) >= 2 for unit in valued if unit.cells
    )


def _one_currency(values: Iterator[Measure]) -> bool:
    return len({value.unit for value in values if value.dimension == "money" and value.value}) <= 1


_stems = name_stems


def _fit(subject: Sequence[str], family: Family, known_dimension: bool) -> float:
    """How well a family is what the question asks of: its headings or members must hold the subject; else 0."""
    if not subject:
        return 1.0 + 0.05 * family.near if known_dimension else 0.0
    held = family.about | family.measured
    members = [_stems(f"{member.name} {member.text}") for member in family.members]
    of_family = any(_holds(family.about, word) or (word in _GENERIC and family.takes_any_name) for word in subject)
    is_column = bool(family.measured) and all(_holds(frozenset(subject), word) for word in family.measured)
    head = subject[-1]  # a coffee machine is a machine
    is_kind = _holds(family.about, head) or head in _GENERIC or any(_holds(member, head) for member in members)
    if not (of_family and is_kind) and not is_column:
        return 0.0  # that a member's text has the word does not make the family one of such things
    total = 0.0
    for word in subject:
        if _holds(held, word):
            total += 1.0
        elif any(_holds(member, word) for member in members):
            total += 0.7
        elif word in _GENERIC and family.is_table and family.takes_any_name:
            total += 0.5
    total += _asks_column(family) + (0.2 if family.measured & _SIZE else 0.0) * (not known_dimension)
    share = total / len(subject)
    return share + 0.05 * family.near + 0.1 * family.is_table if share >= 0.5 else 0.0


def _holds(held: set[str] | frozenset[str], word: str) -> bool:
    return word_share(word, held) > 0


def _relevant(family: Family, subject: Sequence[str]) -> tuple[ComparedMember, ...]:
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
                return _counted(len(table.rows), rows_markdown(table, table.rows)), (at,)
        items = [unit for unit in units(passage.text) if unit.kind == "item"]
        if len(items) >= 2 and set(subject) <= named and len({item.block for item in items}) == 1:
            return _counted(len(items), "\n".join(item.source for item in items)), (at,)
    return None


def _counted(count: int, body: str) -> str:
    return f"{_('%(count)d are listed:') % {'count': count}}\n\n{body}"

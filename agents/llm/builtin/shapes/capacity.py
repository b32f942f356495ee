"""Finds the member of a family that is enough: compares "for 30 people" or "40 cups a day" with the figures of the
pages, and recommends the smallest that is enough, with its price if the pages have one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.features import label_of, subjects
from agents.llm.builtin.evidence.kin import family_words
from agents.llm.builtin.question.asks import GENERIC_NOUNS, noun
from agents.llm.builtin.question.families import AMOUNT, PEOPLE, Need, amount_of, without_choice
from agents.llm.builtin.question.question import TRAIL, heading_of
from agents.llm.builtin.shapes.prices import is_price
from agents.llm.builtin.shapes.rendering import escaped
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import Table, units
from language.measures import first, measures
from language.words import stem, word_share, words

_RANGE = re.compile(
    rf"(?P<low>{AMOUNT})(?:\s*(?:to|-|–|and)\s*(?P<high>{AMOUNT}))?(?P<more>\+|\s+(?:or|and) more)?", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:at least|from|more than|over|minimum)\s*$", re.IGNORECASE)
_NO_LIMIT = re.compile(r"\b(?:unlimited|no limit|any number)\b", re.IGNORECASE)
# In sentences a number of people is a capacity only after such words; "a company with 40 employees" is not one.
_FITS = re.compile(
    r"\b(?:up to|for|suits?|seats?|sleeps?|holds?|serves?|takes?|carries|fits?|or|made for|meant for|room for|"
    r"between|to|of|at most|maximum(?: of)?|max\.?)\s+(?:about |around |roughly )?$",
    re.IGNORECASE,
)


MAX_KINDS = 3  # of things that are recommended at once, if the question names none


@dataclass(frozen=True, slots=True)
class SizedMember:
    """A thing and the number it is made for, from low to high."""

    name: str
    text: str
    low: float
    high: float
    passage: int
    family: str  # its table, section or page; only members of the same family are compared
    about: frozenset[str]  # stems that name the family
    price: str = ""


def enough(asked: Need, question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """Recommends the smallest member that serves the need; None if no figures can be compared."""
    families: dict[str, list[SizedMember]] = {}
    for member in _members(asked, passages):
        families.setdefault(member.family, []).append(member)
    topic = [word for word in without_choice(question, asked) if word != asked.noun]
    fits = {members[0]: _fit(topic, members) for members in families.values() if len({m.name for m in members}) >= 2}
    picks = {fit: _smallest(asked, families[first.family]) for first, fit in fits.items() if fit > 0}
    best = [pick for _fit_of, pick in sorted(picks.items(), key=lambda pair: -pair[0]) if pick]
    if not best:
        return None
    if not topic and len({pick.about for pick in best}) > 1:
        return _one_of_each(asked, best, passages)
    return _recommended(asked, best[0], passages)


def _smallest(asked: Need, members: Sequence[SizedMember]) -> SizedMember | None:
    fitting = [member for member in members if member.low <= asked.amount <= member.high]
    return min(fitting, key=lambda member: (member.high, member.low), default=None)


def _one_of_each(asked: Need, picks: Sequence[SizedMember], passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]]:
    """If the question does not say what to choose: the smallest that is enough of each kind (machines and plans)."""
    of_kind: dict[frozenset[str], SizedMember] = {}
    for pick in picks:
        of_kind.setdefault(pick.about, pick)
    shown = list(of_kind.values())[:MAX_KINDS]
    lead = _("For %(need)s the smallest that is enough:") % {"need": asked.written}
    lines = []
    for pick in shown:
        price, _at = _price(pick, passages)
        told = "; ".join(filter(None, (pick.text.rstrip("."), price.rstrip("."))))
        lines.append(f"- {escaped(heading_of(passages[pick.passage]))}: **{pick.name}** ({told})")
    return "\n".join([f"{lead}\n", *lines]), tuple(dict.fromkeys(pick.passage for pick in shown))


def _recommended(asked: Need, pick: SizedMember, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]]:
    """One product, its price and one next step. A visitor who wants to compare can ask."""
    cited = [pick.passage]
    price, at = _price(pick, passages)
    cited += [at] if at is not None else []
    said = _("For %(need)s the smallest that is enough is **%(name)s** (%(why)s).")
    lines = [said % {"need": asked.written, "name": pick.name, "why": pick.text.rstrip(".")}]
    if price:
        lines.append(_("Its price: %(price)s.") % {"price": price.rstrip(".")})
    return f"{' '.join(lines)}\n\n{next_step(pick.name)}", tuple(dict.fromkeys(cited))


def next_step(name: str) -> str:
    """What the agent offers after a recommendation."""
    return _("Would you like to know more about %(name)s, or how to get it?") % {"name": name}


def _price(member: SizedMember, passages: Sequence[Passage]) -> tuple[str, int | None]:
    """A member's price and the passage that has it: from its table, or else from the text under its name."""
    if member.price:
        return member.price, None
    for at, passage in enumerate(passages):
        for unit in units(passage.text):
            if (
                member.name in (label_of(unit), heading_of(passage))
                and unit.kind != "row"
                and first(unit.text, "money")
            ):
                return unit.text, at
    return "", None


def _fit(topic: Sequence[str], members: Sequence[SizedMember]) -> float:
    """How well the family matches what is asked for; 0 if it has another name, or if the question names nothing and the
    sizes are only in sentences."""
    own = {stem(word) for member in members for word in words(member.name)} | members[0].about
    shares = [word_share(word, own) for word in topic if noun(word) not in GENERIC_NOUNS]
    if any(share == 0.0 for share in shares) and not (shares and max(shares) == 1.0):
        return 0.0
    sizes, place = len({member.name for member in members}), min(member.passage for member in members)
    if not shares:  # the question names nothing: prefer the family with the most sizes
        return 1 + sizes / 10 - place / 100
    return 1 + sum(shares) + sizes / 100 - place / 10


def _members(asked: Need, passages: Sequence[Passage]) -> Iterator[SizedMember]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for at, passage in enumerate(passages):
        for table in whole_tables(at, passages):
            key = (passage.heading, table.header)
            if key not in seen:
                seen.add(key)
                yield from _side_by_side(asked, at, passage, table)
                yield from _by_row(asked, at, passage, table)
        yield from _from_sentences(asked, passage, at)


def _side_by_side(asked: Need, at: int, passage: Passage, table: Table) -> Iterator[SizedMember]:
    """Members that are columns; a row says how many each is for."""
    about = family_words(passage, table.header[0])
    prices = next((row for row in table.rows if is_price(row[0], row[1:])), ())
    for row in table.rows:
        cells = row[1 : len(table.header)]
        if not _is_size(asked.noun, row[0], cells):
            continue
        for column, cell in enumerate(cells, 1):
            bounds, name = _bounds(cell), table.header[column]
            if name and bounds:
                price = _with_label(prices[column], prices[0]) if column < len(prices) else ""
                text = f"{row[0]}: {cell}" if row[0] else cell
                yield SizedMember(name, text, *bounds, at, f"{passage.heading}{table.header}{row[0]}", about, price)


def _by_row(asked: Need, at: int, passage: Passage, table: Table) -> Iterator[SizedMember]:
    """Members that are rows; a column says how many each is for."""
    about = family_words(passage, table.header[0])
    width = range(1, len(table.header))
    priced = next((column for column in width if _all_money([_at(row, column) for row in table.rows])), 0)
    for column in width:
        head = table.header[column]
        if not _is_size(asked.noun, head, [_at(row, column) for row in table.rows]):
            continue
        for row in table.rows:
            bounds = _bounds(_at(row, column))
            if row[0] and bounds:
                price = _at(row, priced) if priced else ""
                text = f"{head}: {_at(row, column)}" if head else _at(row, column)
                yield SizedMember(row[0], text, *bounds, at, f"{passage.heading}{table.header}{head}", about, price)


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _with_label(price: str, label: str) -> str:
    """A price with its label, if that says more than "price": "€149 (Per month, billed yearly)"."""
    return f"{price} ({label})" if set(words(label)) - {"price", "prices", "cost", "costs"} else price


def _all_money(cells: Sequence[str]) -> bool:
    held = [cell for cell in cells if cell]
    return bool(held) and all(first(cell, "money") for cell in held)


def _is_size(noun: str, label: str, cells: Sequence[str]) -> bool:
    """Whether all cells are numbers of the noun: it is in the label or the cells, and no cell is money or time.

    A column that only has such a name, as a plan called Team, has other cells as well.
    """
    held = [cell for cell in cells if _bounds(cell)]
    others = [cell for cell in cells if measures(cell) and cell not in held]
    if len(held) < 2 or others:
        return False
    return _names(noun, label) or sum(_names(noun, cell) for cell in held) * 2 > len(held)


def _from_sentences(asked: Need, passage: Passage, at: int) -> Iterator[SizedMember]:
    """Members from sentences that say a number of the noun, each named after its paragraph, list item or section."""
    names = subjects(passage.text)
    several = len({name for name in names.values() if name}) >= 2
    for unit in units(passage.text):
        if unit.kind == "row":
            continue
        name = label_of(unit) or names.get(unit.block, "") or ("" if several else heading_of(passage))
        for match in _RANGE.finditer(unit.text):
            after = words(unit.text[match.end() : match.end() + 40])[:3]
            before = unit.text[: match.start()]
            if name and any(_names(asked.noun, word) for word in after) and (match["high"] or _FITS.search(before)):
                parent = passage.heading.rpartition(TRAIL)[0]
                section = passage.heading if several or unit.kind == "item" else parent
                about = family_words(passage, "") if several else family_words(passage, "", above=True)
                key = f"{passage.document_id}{section}"
                yield SizedMember(name, unit.text, *_limits(match, before), at, key, about, _own_price(unit.text))
                break


def _own_price(text: str) -> str:
    found = first(text, "money")
    return text[found.start : found.end] if found else ""


def _bounds(cell: str) -> tuple[float, float] | None:
    """The range of numbers in a cell; None if it is money, a time or another measure."""
    if _NO_LIMIT.search(cell):
        return 0.0, inf
    match = _RANGE.search(cell)
    if not match or any(measure.dimension != "count" for measure in measures(cell)):
        return None
    return _limits(match, cell[: match.start()])


def _limits(match: re.Match[str], before: str) -> tuple[float, float]:
    low = amount_of(match["low"])
    if match["high"]:
        return low, amount_of(match["high"])
    if match["more"] or _LEAST.search(before):
        return low, inf
    return 0.0, low


def _names(noun: str, text: str) -> bool:
    held = {stem(word) for word in words(text)}
    return word_share(noun, held) == 1.0 or (stem(noun) in PEOPLE and bool(held & PEOPLE))

"""Answers questions for prices that name no thing: gives the lowest and highest price of each kind of thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.kin import name_stems
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.question.asks import special_words, wanted_kinds
from agents.llm.builtin.question.question import TRAIL
from agents.llm.builtin.shapes.comparable import EXTRA, ComparedMember, Family, families
from agents.llm.builtin.shapes.rendering import escaped, rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.measures import first
from language.words import stem

MAX_KINDS = 6
_COSTS = re.compile(r"\b(?:costs?|priced? at|sells? for)\W+(?:from )?[$€£]", re.IGNORECASE)
# Words for extras and for means of payment.
_BESIDE = EXTRA | frozenset(
    stem(word) for word in ["add-ons", "addons", "accessories", "extras", "supplies", "loans", "loan", "spare"]
)
_BARE = frozenset(stem(word) for word in ["price", "pricing", "cost", "fee", "rate", "what", "it"])


def price_ranges(passages: Sequence[Passage], evidence: Evidence) -> tuple[str, tuple[int, ...]] | None:
    """A line for each kind of thing that has a price; None if there is none."""
    things: dict[int, Family] = {}
    beside: dict[int, Family] = {}  # used if there is nothing else: a company may only hire things out
    for family in families(passages, evidence, ("money",), ()):
        at = family.passages[0]
        own = passages[at].heading.rpartition(TRAIL)[2]
        if not _has_prices(family):
            continue
        found = beside if special_words(own) or name_stems(f"{own} {family.column}") & _BESIDE else things
        if at not in found or "money" in wanted_kinds(family.column) - wanted_kinds(found[at].column):
            found[at] = family
    found = things or beside
    kinds = {_title(passages[at], family): at for at, family in reversed(found.items())}
    shown = sorted(kinds.values(), key=list(found).index)[:MAX_KINDS]
    if not shown:
        return None
    if len(shown) == 1 and (whole := _table_of_prices(shown[0], passages)):
        return whole, tuple(shown)
    lines = [f"- **{escaped(_title(passages[at], found[at]))}**{_per(found[at])}: {_range(found[at])}" for at in shown]
    return "\n".join([_("Prices on our pages:") + "\n", *lines]), tuple(shown)


def _table_of_prices(at: int, passages: Sequence[Passage]) -> str:
    """The rows with prices of the passage's first table that has any; "" if none has."""
    for table in whole_tables(at, passages):
        rows = [row for row in table.rows if any(map(_is_amount, row[1:]))]
        if rows:
            return rows_markdown(table, rows)
    return ""


def _is_amount(cell: str) -> bool:
    found = first(cell, "money")
    return found is not None and found.value > 0  # "none" is not a price


def _has_prices(family: Family) -> bool:
    """Whether all its amounts are prices: each comes first ("$62 per month"), or is named as one."""
    return all(member.value.value > 0 and member.name and _is_cost(member, family) for member in family.members)


def _is_cost(member: ComparedMember, family: Family) -> bool:
    if family.is_table:
        return member.value.start <= 1
    return not family.is_sections or member.value.start <= 1 or bool(_COSTS.search(member.text))


def _title(passage: Passage, family: Family) -> str:
    """The section's name, or that above if the sections are the things; with the page's name if it is only "Prices"."""
    *above, own = passage.heading.split(TRAIL)
    if family.is_sections and above:
        *above, own = above
    is_bare = not name_stems(own) - _BARE
    return TRAIL.join([*above[-1:], own]) if is_bare else own


def _per(family: Family) -> str:
    """What the prices are for, if the column's name says more than "price": " (Per month, billed yearly)"."""
    return f" ({escaped(family.column)})" if name_stems(family.column) - _BARE else ""


def _range(family: Family) -> str:
    ordered = sorted(family.members, key=lambda member: member.value.value)
    least, most = ordered[0], ordered[-1]
    if least.value.value == most.value.value:
        return _price(least, family)
    return _("%(least)s to %(most)s") % {"least": _named(least, family), "most": _named(most, family)}


def _named(member: ComparedMember, family: Family) -> str:
    return f"{_price(member, family)} ({escaped(member.name)})"


def _price(member: ComparedMember, family: Family) -> str:
    """A price as it is written; in a table, with what it is for: "$62 per month"."""
    if family.table and member.row and family.column in family.table.header:
        return member.row[family.table.header.index(family.column)]
    if family.is_table:
        return member.text.removeprefix(f"{family.column}: ")
    amount = first(member.text, "money")
    return member.text[amount.start : amount.end] if amount else ""

"""Answers superlatives, limits and counts from the members of a family."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.kin import name_stems
from agents.llm.builtin.evidence.weighing import Evidence
from agents.llm.builtin.question.families import Extreme, Limit, counted, extreme, limit
from agents.llm.builtin.shapes.comparable import EXTRA, GENERIC, ComparedMember, Family, families
from agents.llm.builtin.shapes.quote import TRAIL
from agents.llm.builtin.shapes.rendering import rows_markdown
from agents.llm.builtin.shapes.tables import whole_tables
from agents.llm.request import Passage
from language.blocks import row_text, units
from language.measures import Dimension
from language.words import stem, word_share, words

SHOWN_WHOLE = 7  # a family of at most this many members is listed completely, so that visitors see the comparison
SHOWN_TOP = 4


_SIZE_WORDS = (
    "size square metre meter feet foot area capacity seat desk people person guest place berth volume length sleep"
)
_NO_SIZES = ("money", "share", "duration", "clock")
_SIZE = frozenset(stem(word) for word in _SIZE_WORDS.split())


def compared(question: str, passages: Sequence[Passage], evidence: Evidence) -> tuple[str, tuple[int, ...]] | None:
    """The result of a comparison and the passages used; None if no family has the name that the question uses."""
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
    """Which of two named things; None unless both are members of one family."""
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
    """The only member whose name (without words that all members share) is in `side`, or whose name contains it."""
    names = [name_stems(member.name) for member in members]
    shared = frozenset.intersection(*names) if len(names) > 1 else frozenset()
    found = [member for member, own in zip(members, names, strict=True) if (told := own - shared) and told <= side]
    found = found or [member for member, own in zip(members, names, strict=True) if side <= own]
    return found[0] if len(found) == 1 else None


def _asks_column(family: Family) -> float:
    """Prefers a column of prices to one of joining fees or deposits, which have words of their own."""
    return -0.5 if name_stems(family.column) & EXTRA else 0.0


def _picked(asked: Extreme, family: Family, ordered: Sequence[ComparedMember], passages: Sequence[Passage]) -> str:
    """Lists the member asked for with its value, then those it was compared with."""
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


def _fit(subject: Sequence[str], family: Family, known_dimension: bool) -> float:
    """How well a family matches the question; 0 unless its headings or members have the subject."""
    if not subject:
        return 1.0 + 0.05 * family.near if known_dimension else 0.0
    held = family.about | family.measured
    members = [name_stems(f"{member.name} {member.text}") for member in family.members]
    named = sum(_holds(name_stems(member.name), subject[-1]) for member in family.members)  # "teapot" among teaware
    of_family = named > 1 or any(
        _holds(family.about, word) or (word in GENERIC and family.takes_any_name) for word in subject
    )
    is_column = bool(family.measured) and all(_holds(frozenset(subject), word) for word in family.measured)
    head = subject[-1]  # the last word names the thing: a coffee machine is a machine
    is_kind = _holds(family.about, head) or head in GENERIC or any(_holds(member, head) for member in members)
    if not (of_family and is_kind) and not is_column:
        return 0.0  # a member's text having the word does not make the family one of such things
    total = 0.0
    for word in subject:
        if _holds(held, word):
            total += 1.0
        elif any(_holds(member, word) for member in members):
            total += 0.7
        elif word in GENERIC and family.is_table and family.takes_any_name:
            total += 0.5
    total += _asks_column(family) + (0.2 if family.measured & _SIZE else 0.0) * (not known_dimension)
    share = total / len(subject)
    return share + 0.05 * family.near + 0.1 * family.is_table if share >= 0.5 else 0.0


def _holds(held: set[str] | frozenset[str], word: str) -> bool:
    return word_share(word, held) > 0


def _relevant(family: Family, subject: Sequence[str]) -> tuple[ComparedMember, ...]:
    """The members that the subject names ("cheapest filling"), or all if it names none or one."""
    own = [word for word in subject if not _holds(family.about, word)]
    if own:
        named = tuple(m for m in family.members if any(_holds(name_stems(m.name or m.text), word) for word in own))
        if len(named) >= 2:
            return named
    return family.members


def count_answer(question: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]] | None:
    """Answers "how many ... are there" from a list or table whose heading is exactly what is counted."""
    subject = counted(question)
    if not subject:
        return None
    for at, passage in enumerate(passages):
        named = name_stems(passage.heading.split(TRAIL)[-1])
        for table in whole_tables(at, passages):
            if set(subject) <= named | name_stems(table.header[0]):
                return _counted(len(table.rows), rows_markdown(table, table.rows)), (at,)
        items = [unit for unit in units(passage.text) if unit.kind == "item"]
        if len(items) >= 2 and set(subject) <= named and len({item.block for item in items}) == 1:
            return _counted(len(items), "\n".join(item.source for item in items)), (at,)
    return None


def _counted(count: int, body: str) -> str:
    return f"{_('%(count)d are listed:') % {'count': count}}\n\n{body}"

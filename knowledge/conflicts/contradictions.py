"""Decides whether two statements are about the same thing and cannot both be true.

Every word that describes one figure must also describe the other. So some contradictions are missed, but those that are
shown to people are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.conflicts.parts import Value
from knowledge.conflicts.statements import Statement
from knowledge.conflicts.vocabulary import BUSINESS, PER_NOUNS

CONVERTED = 0.011  # "5 miles" and "8 km", "4 weeks" and "a month" beyond it
DURATION = 0.05
MEASURED = frozenset(("weight", "length", "area", "volume", "power", "energy", "data", "temperature"))
PHONE_DIGITS = 6
TIMES = frozenset(PER_NOUNS.values()) - {"person"}  # "a day ticket" is not "per day"


def contradictions(ones: Iterable[Statement], others: Iterable[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """The pairs of statements from two passages that contradict each other."""
    ones, others = list(ones), list(others)
    for one in ones:
        for other in others:
            if one.kind != other.kind or not contradict(one, other):
                continue
            if any(_says_the_same(each, other) for each in ones) or any(_says_the_same(each, one) for each in others):
                continue
            yield one, other


def contradict(one: Statement, other: Statement) -> bool:
    """Whether they cannot both be true."""
    return is_same_thing(one, other) and differs(one, other)


def is_same_thing(one: Statement, other: Statement) -> bool:
    """Whether both figures are the same attribute of the same thing, under the same conditions."""
    if one.kind != other.kind or (one.unit and other.unit and one.unit != other.unit):
        return False
    if one.years and other.years and one.years != other.years:
        return False
    if one.others != other.others or _is_limited(one, other) or _is_limited(other, one):
        return False
    if not (_is_covered(one, other) and _is_covered(other, one)):
        return False
    shared = one.frame & (other.frame | other.context) | other.frame & one.context
    if not shared and one.kind not in ("hours", "phone"):
        return False
    if (one.names | other.names) & shared:
        return True
    apart = one.headings - other.context - other.frame, other.headings - one.context - one.frame
    return not (apart[0] and apart[1])


def _is_limited(one: Statement, other: Statement) -> bool:
    """Whether something limits only one of the figures."""
    limits = one.limits - other.limits - other.frame - other.context
    return bool(limits - {f"per:{noun}" for noun in other.frame - TIMES})  # "for each bike", "for a bike"


def _is_covered(one: Statement, other: Statement) -> bool:
    missing = one.frame - other.frame - other.context
    if one.kind in ("hours", "phone", "clock") or not one.frame & other.frame:
        missing -= BUSINESS
    if _are_same_words(one, other):
        missing -= one.borrowed
    return not missing


def _are_same_words(one: Statement, other: Statement) -> bool:
    """Whether two sentences say the same but for the figure, and so need no heading to tell what they are about:
    "Delivery within 20 km costs €15"."""
    said = one.frame - one.borrowed
    return said == other.frame - other.borrowed and bool(said) and (bool(one.others) or len(said) > 1)


def differs(one: Statement, other: Statement) -> bool:
    """Whether the figures have no possible meaning in common."""
    return not any(_agree(one.kind, first, second) for first in one.values for second in other.values)


def _agree(kind: str, one: Value, other: Value) -> bool:
    if kind == "phone":
        return _is_same_phone(one.digits, other.digits)
    if kind == "date":
        return all(first == second or not first or not second for first, second in zip(one.day, other.day, strict=True))
    within = DURATION if kind == "duration" else CONVERTED if kind in MEASURED else 1e-9
    is_span = one.low != one.high, other.low != other.high
    if is_span[0] != is_span[1]:
        span, single = (one, other) if is_span[0] else (other, one)
        return span.low * (1 - within) <= single.low <= span.high * (1 + within)
    return _is_near(one.low, other.low, within) and _is_near(one.high, other.high, within)


def _is_near(one: float, other: float, within: float) -> bool:
    return abs(one - other) <= within * max(abs(one), abs(other))


def _is_same_phone(one: str, other: str) -> bool:
    first, second = one.lstrip("0"), other.lstrip("0")
    if min(len(first), len(second)) < PHONE_DIGITS:
        return True  # an extension, or too short to tell
    return first.endswith(second) or second.endswith(first) or first.startswith(second) or second.startswith(first)


def _says_the_same(one: Statement, other: Statement) -> bool:
    """Whether a passage also states the other's value for the same thing, so that it knows both values."""
    if one.kind != other.kind or differs(one, other) or not other.others <= one.others:
        return False
    return not other.frame - one.frame - one.context

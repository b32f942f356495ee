"""Figures that can be calculated from known ones: sums, differences, multiples, shares. See docs/evidence.md.

At least one operand must be named in the answer or by the visitor. Otherwise the sums of twenty prices would support
nearly every amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from language.figures.figure import Figure

ADDED = frozenset(
    ("money", "hours", "months", "weight", "length", "volume", "area", "data", "power", "energy", "count")
)
MULTIPLIED = ADDED - {"hours", "months"}  # "2 lamps within 5 days" are no 10 days
EXACT = 0.011  # "33.33" is a third of 100
ABOUT = 0.05
MAX_FACTOR = 1_000
MONTHS_A_YEAR = 12.0
MAX_OPERANDS = 40  # of each kind, the newest; the cost grows with the square


def follows(
    figure: Figure,
    stated: Sequence[Figure],
    said: Sequence[Figure],
    given: Mapping[str, Sequence[Figure]],
    *,
    of_year: bool,
) -> bool:
    """Whether a figure is the sum, difference, multiple, part or share of others. `stated`: figures of the answer."""
    if figure.kind not in ADDED:
        return False
    named = _alike(figure, (*said, *stated))
    bases = [*named, *_alike(figure, given.get(figure.kind, ()))]
    factors = _factors(figure, (*said, *stated)) | ({MONTHS_A_YEAR} if of_year else set())
    shares = _shares((*said, *stated))
    within = ABOUT * figure.values[0] if figure.is_about else EXACT
    found = (
        *_sums(named),
        *(_multiples(bases, factors) if figure.kind in MULTIPLIED else ()),
        *_parts(bases, shares),
        *_parts(named, _shares(given.get("share", ()))),
    )
    return any(abs(value - other) <= within for value in figure.values for other in found)


def _alike(figure: Figure, others: Iterable[Figure]) -> list[float]:
    values = [
        other.values[0]
        for other in others
        if other.kind == figure.kind
        and other.values
        and (not other.unit or not figure.unit or other.unit == figure.unit)
    ]
    return list(dict.fromkeys(values))[-MAX_OPERANDS:]


def _sums(named: list[float]) -> Iterable[float]:
    for first, second in combinations(named, 2):
        yield first + second
        yield abs(first - second)
    if len(named) > 2:
        yield sum(named)
        yield from (sum(named[-count:]) for count in range(3, len(named)))


def _multiples(bases: list[float], factors: set[float]) -> Iterable[float]:
    for base in bases:
        for factor in factors:
            yield base * factor
            yield base / factor
        for first, second in combinations(sorted(factors)[:12], 2):
            yield base * first * second


def _parts(bases: list[float], shares: set[float]) -> Iterable[float]:
    for base in bases:
        for share in shares:
            yield from (base * share / 100, base * (1 - share / 100), base * (1 + share / 100))


def _factors(figure: Figure, named: Iterable[Figure]) -> set[float]:
    """Whole numbers of people and pieces, and for money of hours, months and kilograms too."""
    kinds = ADDED - {"money"} if figure.kind == "money" else {"count"}
    numbers = (number for other in named if other.kind in kinds for number in other.numbers[:1])
    return set([number for number in numbers if 2 <= number <= MAX_FACTOR and number == int(number)][-MAX_OPERANDS:])


def _shares(named: Iterable[Figure]) -> set[float]:
    return set([figure.values[0] for figure in named if figure.kind == "share"][-MAX_OPERANDS:])

"""Figures of a sentence or a cell as comparable values. A range is one figure; sentences are cut between figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from language.figures.figure import Figure
from language.figures.reading import figures

HOURS_A_MONTH = 730.5
_MEASURES = ("weight", "length", "area", "volume", "data", "power", "energy", "temperature")
COMPARED = frozenset(("money", "share", "date", "hours", "clock", "phone", "duration", "count", *_MEASURES))
_RANGE = re.compile(r"\s*(?:[-–—]|to|bis|until|till|and|und|à|a|y|h)\s*", re.IGNORECASE)
_CUT = re.compile(r"[;,]\s|\.\s|\b(?:and|und|et|y|or|oder|ou)\b")
_UNIT_WORD = re.compile(r"[^\W\d_]+|[€$£¥%]")


class Value(NamedTuple):
    """From `low` to `high`, equal for a single figure. Dates and telephone numbers are compared as text."""

    low: float
    high: float
    day: tuple[int, int, int] = (0, 0, 0)
    digits: str = ""


class Part(NamedTuple):
    """A figure, or the two of a range, or the readings of one date; and its place in the text."""

    figures: tuple[Figure, ...]
    start: int
    end: int
    kind: str
    is_range: bool = False

    @property
    def is_compared(self) -> bool:
        return self.kind in COMPARED and not any(figure.is_about for figure in self.figures) and bool(self.values)

    @property
    def values(self) -> tuple[Value, ...]:
        """All its possible meanings."""
        first = self.figures[0]
        if self.kind == "phone":
            return (Value(0, 0, digits=first.digits),)
        if self.kind == "date":
            return tuple(Value(0, 0, day=figure.day) for figure in self.figures)
        meant = [_hours(figure) for figure in self.figures]
        if self.is_range:
            return (Value(meant[0][0], meant[1][0]),)
        return tuple(Value(value, value) for value in meant[0])


def parts_of(text: str, read: Sequence[Figure]) -> list[Part]:
    """The figures that were found in a text."""
    found: list[Part] = []
    at = 0
    while at < len(read):
        figure, kind = read[at], _kind(read[at])
        alike = [each for each in read[at + 1 : at + 3] if each.start == figure.start]
        at += 1 + len(alike)
        following = read[at] if at < len(read) else None
        if following is not None and _is_range(text, figure, following):
            span = "hours" if kind == "clock" else kind
            found.append(Part((figure, following), figure.start, following.end, span, is_range=True))
            at += 1
        else:
            found.append(Part((figure, *alike), figure.start, figure.end, kind))
    return found


def cell_parts(cell: str, header: str) -> list[Part]:
    """The figures of a table's cell; none if it has several of one kind, which could not be told apart."""
    found = parts_of(cell, _cell_figures(cell, header))
    return found if len({part.kind for part in found}) == len(found) else []


def clauses(text: str, parts: Sequence[Part]) -> Iterator[tuple[str, int, list[Part]]]:
    """The sentence, cut where something divides two figures: each piece, its beginning, its figures."""
    start, group = 0, [parts[0]]
    for part in parts[1:]:
        cuts = list(_CUT.finditer(text[group[-1].end : part.start]))
        if cuts:
            nearest = cuts[-1] if cuts[-1][0][0].isalpha() else cuts[0]
            cut = group[-1].end + nearest.start()
            yield text[start:cut], start, group
            start, group = cut, [part]
        else:
            group.append(part)
    yield text[start:], start, group


def without(text: str, part: Part, offset: int = 0) -> str:
    """A text that begins at `offset`, with one figure removed."""
    return f"{text[: max(0, part.start - offset)]} {text[part.end - offset :]}"


def _cell_figures(cell: str, header: str) -> tuple[Figure, ...]:
    """The figures of a cell; a bare number has the unit of its column: "Weight (kg)"."""
    read = figures(cell)
    if len(read) != 1 or read[0].kind != "count" or cell.strip() != cell[read[0].start : read[0].end]:
        return read
    for word in _UNIT_WORD.findall(header):
        scaled = figures(f"{cell} {word}")
        if len(scaled) == 1 and scaled[0].kind != "count":
            return (replace(scaled[0], start=read[0].start, end=read[0].end),)
    return (replace(read[0], counts=True),)


def _is_range(text: str, first: Figure, second: Figure) -> bool:
    kind = _kind(first)
    return (
        kind not in ("phone", "date")
        and _kind(second) == kind
        and bool(first.values and second.values and second.values[0] > first.values[0])
        and bool(_RANGE.fullmatch(text[first.end : second.start]))
    )


def _kind(figure: Figure) -> str:
    if figure.kind in ("hours", "months"):
        return "duration"
    if figure.kind == "count" and not figure.counts:
        return "number"  # without a unit, as in a name
    return figure.kind


def _hours(figure: Figure) -> tuple[float, ...]:
    factor = HOURS_A_MONTH if figure.kind == "months" else 1.0
    return tuple(value * factor for value in figure.values)

"""Small charts of seven days, drawn as SVG by the server, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lib.staff.cells import Tone

# In units of the drawing, which is scaled to its card.
WIDTH, HEIGHT, LABELS = 280, 96, 18
COLUMN = 28
MIN_SEEN = 2  # the smallest height, so that one among a thousand is still seen


@dataclass(frozen=True, slots=True)
class Column:
    """One rectangle, and the day it belongs to."""

    x: float
    y: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class DayLabel:
    x: float
    short: str  # "Mo"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One day in the table for screen readers."""

    day: str
    values: tuple[str, ...]


class _Chart:
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT + LABELS
    base: ClassVar[int] = HEIGHT
    column: ClassVar[int] = COLUMN

    name: str
    days: tuple[date, ...]

    @property
    def labels(self) -> list[DayLabel]:
        return [DayLabel(_x(n) + COLUMN / 2, date_format(day, "D")[:2]) for n, day in enumerate(self.days)]


@dataclass(frozen=True)
class Bars(_Chart):
    """One number for each day; None if there is nothing to measure."""

    name: str
    label: str
    days: tuple[date, ...]
    values: tuple[float | None, ...]
    total: str  # of the seven days, as text: "84", or a median
    total_label: str
    url: str = ""
    unit: str = "count"

    is_shares: ClassVar[bool] = False

    @property
    def today(self) -> str:
        return self._told(self.values[-1])

    @property
    def is_empty(self) -> bool:
        return not any(self.values)

    @property
    def columns(self) -> list[Column]:
        most = max((value or 0 for value in self.values), default=0)
        return [
            Column(_x(n), HEIGHT - height, height, "today" if n == len(self.values) - 1 else "day")
            for n, value in enumerate(self.values)
            if value and (height := _height(value, most))
        ]

    @property
    def summary(self) -> str:
        words = _("Today %(today)s; in the last seven days %(total)s.")
        return words % {"today": self.today, "total": self.total}

    @property
    def heads(self) -> list[str]:
        return [self.label]

    @property
    def rows(self) -> list[ChartRow]:
        return [
            ChartRow(date_format(day), (self._told(value),)) for day, value in zip(self.days, self.values, strict=True)
        ]

    def _told(self, value: float | None) -> str:
        if self.unit == "ms":
            return seconds(value)
        return str(value or 0)


@dataclass(frozen=True, slots=True)
class BarPart:
    """One share of a column, from the bottom up."""

    label: str
    tone: Tone
    values: tuple[int, ...]
    share: str = ""  # of the seven days: "81 %"

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True)
class Shares(_Chart):
    """How each day's total divides into parts."""

    name: str
    label: str
    days: tuple[date, ...]
    parts: tuple[BarPart, ...]
    url: str = ""

    is_shares: ClassVar[bool] = True

    @property
    def is_empty(self) -> bool:
        return not any(part.total for part in self.parts)

    @property
    def columns(self) -> list[Column]:
        found = []
        for n in range(len(self.days)):
            whole = sum(part.values[n] for part in self.parts)
            top = float(HEIGHT)
            for part in self.parts:
                if part.values[n]:
                    height = HEIGHT * part.values[n] / whole
                    top -= height
                    found.append(Column(_x(n), round(top, 2), round(height, 2), part.tone.value))
        return found

    @property
    def legend(self) -> list[BarPart]:
        """Its parts with their share of all seven days."""
        whole = sum(part.total for part in self.parts)
        return [BarPart(part.label, part.tone, part.values, percent(part.total, whole)) for part in self.parts]

    @property
    def summary(self) -> str:
        told = ", ".join(f"{part.label} {part.share}" for part in self.legend)
        return _("In the last seven days: %(shares)s.") % {"shares": told}

    @property
    def heads(self) -> list[str]:
        return [part.label for part in self.parts]

    @property
    def rows(self) -> list[ChartRow]:
        return [
            ChartRow(date_format(day), tuple(str(part.values[n]) for part in self.parts))
            for n, day in enumerate(self.days)
        ]


def seconds(milliseconds: float | None) -> str:
    """ "40 ms" or "1.2 s"; an en dash for None."""
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return _("%(number)d ms") % {"number": milliseconds}
    return _("%(number).1f s") % {"number": milliseconds / 1000}


def percent(part: int, whole: int) -> str:
    """A rounded percentage, but 0 % only for none and 100 % only for all."""
    if not whole or not part:
        return "0 %"
    share = round(100 * part / whole)
    if not share:
        return "< 1 %"
    return "> 99 %" if share == 100 and part < whole else f"{share} %"


def _x(n: int) -> float:
    return n * WIDTH / 7 + (WIDTH / 7 - COLUMN) / 2


def _height(value: float, most: float) -> float:
    return round(max(MIN_SEEN, HEIGHT * value / most), 2)
